# The command tflm in a container, of the pinned packages:
#   docker build --tag=tflm .
#   docker run --rm --volume="$PWD:/work" tflm demo --output=demo
FROM python:3.12-slim-bookworm

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PYTHONDONTWRITEBYTECODE=1

# The packages change seldom: a layer of their own, under that of the source.
COPY constraints.txt setup.py pyproject.toml README.md LICENSE /source/
COPY tflm/__init__.py /source/tflm/
RUN pip install --constraint=/source/constraints.txt setuptools \
    && pip install --constraint=/source/constraints.txt \
        --no-build-isolation /source

COPY tflm /source/tflm
RUN pip install --no-deps --no-build-isolation --force-reinstall /source \
    && rm -r /source

# Files in the volume belong to its owner: docker run --user="$(id -u)".
RUN useradd --create-home --uid=1000 tflm && mkdir /work && chown tflm /work
ENV HOME=/home/tflm
USER tflm
WORKDIR /work
ENTRYPOINT ["tflm"]
CMD ["--help"]
