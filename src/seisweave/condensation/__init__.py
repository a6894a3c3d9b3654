"""Weight moves from badly located events to the well located ones they overlap."""
