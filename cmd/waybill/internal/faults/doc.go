// Package faults is the commands that make a running sandbox fail and mend it: waybill sandbox fault. They turn flags
// into requests to its administration; what they need of the program is [program.App].
package faults
