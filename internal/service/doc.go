// Package service is one running Waybill: it opens what the other packages need, wires them together, starts and stops
// them, and takes them down again.
//
// What may be done stands in the rooms that it puts together: stores, records, writes, follow. Types say what one may
// do. A [Reader] looks. An [Asker] also asks stores: it verifies, lets the doctor look, shows what a write would send.
// Only a [Service] changes anything. A face may be given the rooms it needs in place of the whole. All may be open
// beside other processes on the same data, and guarantee that errors are problems from package problem, with a code, a
// message for people and the next step, and that no secret is in them.
//
// [Service.Start] lets a Service work for stores until [Service.Stop]. Both may be called in any order and more than
// once; Stop returns when all is down. A Service that was not started hands what it is asked for to a process that was,
// where there is one, and does it itself where there is none.
//
// The package holds no rule of the domain: how a store is mirrored is in mirror, how it is talked to in shop, when it
// is due in engine. Nothing but cmd and bench import it.
//
//	s, err := service.Open(ctx, service.Options{Config: cfg, Getenv: os.Getenv})
//	defer s.Close()
//	connected, err := s.Connect(ctx, stores.Connection{URL: "shop.example", Key: key, Secret: secret})
//	err = s.Start(ctx, service.Process{Role: "worker"})
//	defer s.Stop(ctx)
package service
