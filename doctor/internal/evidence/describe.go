package evidence

import (
	"strings"
)

// Describe says in a few words what an exchange showed.
func Describe(x *Exchange) string {
	if x == nil {
		return "not asked"
	}
	text := x.Request.Method + " " + ShortURL(x.Request.URL) + " → "
	switch {
	case x.Fault != nil && x.Status == 0:
		return text + "no answer (" + x.Fault.Class + ")"
	case x.Body.Code != "":
		text += StatusText(x.Status) + " " + x.Body.Code
	case x.Body.Kind == "json":
		text += StatusText(x.Status) + " JSON"
	case x.Body.Title != "":
		text += StatusText(x.Status) + " page “" + Clip(x.Body.Title, 60) + "”"
	default:
		text += strings.TrimSpace(StatusText(x.Status) + " " + x.Body.Kind)
	}
	if to, ok := IsRedirect(x); ok {
		text += " to " + to
	}
	if x.Fault != nil {
		text += " (" + x.Fault.Class + ")"
	}
	return text
}
