// Command exactlyonce tries the outbox on a real store through a proxy that drops, delays and truncates.
//
//	WAYBILL_KEY=ck_… WAYBILL_SECRET=cs_… go run ./bench/exactlyonce -n 1000 https://shop.example
//
// It creates n orders on the store, so use one that may be thrown away. Between Waybill and the store stands a proxy on
// loopback that loses a share of the requests and of the answers. At the end it reads the store and counts: every write
// must be there exactly once. Exit status 0 when it is, 10 when it is not.
package main
