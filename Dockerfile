# An image that holds Waybill and nothing else: no shell, no other program, not root.
#
#   docker build -t waybill .
#   docker run -v waybill:/data -p 127.0.0.1:9713:9713 waybill
#   docker run -v waybill:/data -e WAYBILL_KEY -e WAYBILL_SECRET waybill connect https://shop.example.com
#
# Everything that must outlive the container lies in /data. deploy/compose.yaml runs several of them on PostgreSQL.
ARG GO_VERSION=1.26
FROM golang:${GO_VERSION} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# The version that waybill --version shows; without it the one that the commit has.
ARG VERSION=""
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w${VERSION:+ -X main.version=${VERSION}}" -o /out/waybill ./cmd/waybill \
 && mkdir -p /out/data

FROM scratch
COPY --from=build /out/waybill /waybill
# A volume that is empty takes the owner and the mode of this directory.
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV WAYBILL_DATA=/data WAYBILL_SERVE_LISTEN=0.0.0.0:9713
VOLUME /data
EXPOSE 9713
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/waybill", "serve", "ready"]
ENTRYPOINT ["/waybill"]
CMD ["serve"]
