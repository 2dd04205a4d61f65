// Command living mirrors a store that changes all the while, kills the process that follows it again and again, and
// then proves the mirror.
//
//	WAYBILL_KEY=ck_… WAYBILL_SECRET=cs_… go run ./bench/living -change './change.sh' -kills 12 https://shop.example
//
// The command given as -change alters the store and ends by itself; use a store that may be thrown away. Meanwhile a
// process follows the store and is killed every few seconds, from its first copy on. When the command has ended and all
// kills are done, the store is synced once more and verified, the log of changes is replayed from its first line, and
// both must end at what the mirror holds. Exit status 0 when that is so, 10 when it is not.
package main
