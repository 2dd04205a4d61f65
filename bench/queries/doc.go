// Command queries times questions to the views of docs/schema.md: what a person asks of a mirror should be answered
// while he looks. It first prepares the views of a mirror, as each sync does at its end, and says how long that took.
//
//	go run ./bench/backfill -sizes 100000 -dir /tmp/mirror
//	go run ./bench/queries /tmp/mirror/100000/waybill.db
//	go run ./bench/queries postgres://waybill@db.example/waybill
//
// Each question is asked three times, or once where that took a second; the first time and the best are printed. One
// that takes longer than 20 seconds is cut off and said to be. A line starts with the number of rows of the answer.
package main
