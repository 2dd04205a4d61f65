// Package service is one running Waybill: it opens what the other packages need, wires them together, starts and stops
// them, and takes them down again.
//
// What may be done stands in the rooms that it puts together: stores, records, writes, follow. Types say what one may
// do. A [Reader] looks. An [Asker] also asks stores: it verifies, lets the doctor look, shows what a write would send.
// Only a [Service] changes anything. A face may be given the rooms it needs in place of the whole. All three may be
// open beside other processes on the same data. Their errors are problems of package problem, with a code, a message
// for people and the next step, and hold no secret.
//
// [Service.Start] lets a Service work for stores until [Service.Stop]. Both may be called in any order and more than
// once; Stop returns when all is down. A Service that was not started hands its work to a process that was; where there
// is none, it does the work itself.
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
