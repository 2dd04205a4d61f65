// Command api measures how fast the HTTP API answers from a large mirror: lists, filters, look-ups and searches, each
// over HTTP, with the time of the slowest twentieth (p95).
//
//	go run ./bench/api -n 100000
//	go run ./bench/api -n 100000 -database postgres://…
package main
