// Package showcase is what waybill demo shows on the dashboard: a shop in memory that keeps living, is connected,
// copied and followed, with a receiver that is sent its orders; a fault that appears, is explained and heals.
//
//   - Nothing of it leaves this machine, and nothing stays behind.
//   - The fault is a real one of the sandbox: what the dashboard says of it was found out by the doctor.
//
// It listens on loopback and lets in everybody who asks this machine by a loopback name: there is nothing to protect.
package showcase
