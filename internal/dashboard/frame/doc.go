// Package frame is what all pages of the dashboard have in common: the layout with its navigation, the style sheet and
// the scripts, who looks, what may be done, how a page is shown, confirmed, kept up to date and refused.
//
//   - A page is a [Route]: its address, the scope that it needs, and a function that fills a template. A route that
//     changes something is a POST; it is in the audit log before its answer leaves.
//   - Who looks is a [Session], and [Gate] knows it. Where nobody is signed in the browser is led to sign in, and comes
//     back to the page that it wanted.
//   - Texts of shops and receivers are never HTML: templates are html/template, and nothing here makes trusted HTML of
//     what somebody else wrote. The Content-Security-Policy allows the dashboard's own files alone, no inline script
//     and no inline style.
//   - A request that changes something and comes from another origin is refused before anybody looks at it.
//   - Pages work without their scripts: links and forms. Scripts keep them up to date, put times into the reader's
//     zone and listen to the keyboard.
//
// It knows no shop, no order and no database. Pages are in package dashboard and in rooms beside it; a room adds its
// own with a slice of [Route] and templates of its own:
//
//	//go:embed templates
//	var files embed.FS
//	var audit = frame.Parse(files, "templates/audit.html")
//
//	routes := []frame.Route{{ID: "audit-page", Method: "GET", Path: "/audit", Need: access.AuditRead,
//		Serve: func(v *frame.Visit) error {
//			entries, err := keeper.Audit(v.Context(), v.Session.Caller, storage.AuditQuery{Limit: 50})
//			if err != nil {
//				return err
//			}
//			return v.Show(audit, frame.Page{Title: "Audit log", Here: frame.Audit, Data: entries})
//		}}}
package frame
