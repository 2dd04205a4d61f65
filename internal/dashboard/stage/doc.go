// Package stage sets situations up in which the dashboard is looked at: an empty Waybill, one at which all is well, one
// whose shop, receiver or writes are in trouble. It is a real service over sandbox shops and a receiver of its own, for
// tests, screenshots and measurements. Nothing of it is in the program.
//
//	s, err := stage.Open(ctx, stage.Options{Dir: dir, Gate: gate})
//	err = s.Connect(ctx, "harbour-books", sandbox.WithOrders(120))
//	fmt.Println(s.URL())
package stage
