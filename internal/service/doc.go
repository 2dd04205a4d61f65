// Package service is one running Waybill: it opens what the other packages need, wires them together and takes them
// down again.
//
// A [Reader] looks at a mirror and may do so while another process works on it. A [Service] owns the data directory: it
// connects stores, syncs and verifies them. Both guarantee that errors are problems from package problem, with a code,
// a message for people and the next step, and that no secret is in them.
//
// The package holds no rule of the domain: how a store is mirrored is in mirror, how fast in pace, when in engine. It
// is used by cmd and imports everything; nothing but cmd imports it.
//
//	s, err := service.Open(ctx, service.Options{Config: cfg, Getenv: os.Getenv})
//	defer s.Close()
//	connected, err := s.Connect(ctx, service.Connection{URL: "shop.example", Key: key, Secret: secret})
//	report, err := s.SyncOnce(ctx, connected.Store, nil)
package service
