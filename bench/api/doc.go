// Command api measures how fast the HTTP API answers from a large mirror: lists, filters, look-ups and searches, each
// over HTTP, with the time of the slowest twentieth (p95).
//
// With -changes a named consumer then reads the whole log of so many changes, and acknowledges each page.
//
//	go run ./bench/api -n 100000
//	go run ./bench/api -n 100000 -changes 1000000
//	go run ./bench/api -n 100000 -database postgres://…
package main
