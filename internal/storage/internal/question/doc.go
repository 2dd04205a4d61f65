// Package question looks at SQL that people ask (waybill sql) before a database does: it lets one statement through
// that begins like one that reads.
//
// It is no parser and does not keep anything from being written; the databases do that by their own means.
//
//	statement, err := question.OnlyReading("SELECT 1; DROP TABLE records") // err: more than one statement
package question
