// Package heartbeat tells a monitor that all is well: it calls an address after each round in which no store failed,
// and not otherwise, so that the monitor speaks up when the calls stop.
//
// The address may hold a secret, so no error shows more of it than its host. That a call fails is told and is no
// failure of the work. The package knows no database and no mirror.
//
//	beat, err := heartbeat.New(address, told)
//	beat.Round("my-shop", err == nil)
package heartbeat
