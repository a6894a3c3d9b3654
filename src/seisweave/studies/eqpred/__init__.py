"""The tables of Feng & Fox (2021): their models, every fit kept, scored in the paper's protocol and prospectively."""
