// Package tracing is the command that says where an order is: waybill trace. It turns flags into a question and prints
// the answer; what it needs of the program is [program.App].
package tracing
