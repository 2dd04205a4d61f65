// Package memory keeps the process that plays a store small: it bounds the garbage beside a store of so many orders.
//
//	memory.Limit(100_000) // and again when the store has grown
package memory
