// Package dashboard is what people see of a running Waybill: pages that say in the first sentence whether everything is
// all right, if not why, who must act, and what to do.
//
//   - A page asks the rooms that the HTTP API and the command line ask, within the rights of who looks, and says what
//     they say. It decides nothing by itself.
//   - The same state has the same word and the same colour everywhere: red, somebody must act; yellow, it heals by
//     itself; green, well (package internal/verdict).
//   - Each page is a file: what it shows, its handler, its template of the same name in templates/.
//   - What changes something is asked for by a POST and says beforehand what it will do.
//
// The layout, who looks and what may be done are package frame's business. Pages about people, settings and connecting
// a shop are in rooms of their own and come in by [Options.More].
//
//	pages := dashboard.New(dashboard.Parts{...}, dashboard.Options{Gate: gate, More: people.Routes()})
//	http.Serve(listener, pages)
package dashboard
