# seisweave as a container: docker build -t seisweave . ; docker run --rm -v "$PWD:/data" seisweave faults catalog.csv --out result
# The versions are those of constraints.txt. With the nowcasts: docker build --build-arg EXTRAS=report,obspy,nowcast .
FROM python:3.12-slim

ARG EXTRAS=report,obspy
LABEL org.opencontainers.image.title="seisweave" \
      org.opencontainers.image.version="0.1.0.dev0" \
      org.opencontainers.image.licenses="BSD-3-Clause"

COPY pyproject.toml constraints.txt README.md LICENSE /build/
COPY release /build/release
COPY src /build/src
RUN pip install --no-cache-dir -c /build/constraints.txt "/build[${EXTRAS}]" && rm -r /build

# compiled loops are kept where any user of the container may write
ENV NUMBA_CACHE_DIR=/tmp/seisweave-compiled
RUN useradd --create-home seisweave
USER seisweave
WORKDIR /data
ENTRYPOINT ["seisweave"]
CMD ["--help"]
