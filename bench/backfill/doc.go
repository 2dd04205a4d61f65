// Command backfill measures what a first copy costs Waybill itself: orders stored per second, memory, and whether both
// stay the same per order as the store grows.
//
//	go run ./bench/backfill                              # 10,000 and 100,000 orders
//	go run ./bench/backfill -sizes 10000,100000,1000000  # needs 5 GB of disk
//	go run ./bench/backfill -database postgres://waybill@127.0.0.1/bench%d   # PostgreSQL besides, in bench10000, …
//
// A process of its own plays the store: it computes pages of recorded order bodies as they are asked for, so that it is
// no bottleneck and holds nothing. Another process mirrors it with the service that the waybill command uses, at full
// pace, and measures itself alone: heap in use (as runtime.MemStats.HeapInuse counts it, sampled 50 times a second),
// time of the wall clock and of its CPU, requests, and the size of its database. Then it syncs the unchanged store once
// more.
//
// On a machine that does other things too, the column of CPU time is the one that compares.
package main
