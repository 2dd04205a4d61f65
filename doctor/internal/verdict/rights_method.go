package verdict

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// refusedByMethod: what the store says is permitted is refused, or no longer permitted, when it is asked with the very
// method. No set of capabilities does that: a plugin or a snippet looks at the method.
func (f *granted) refusedByMethod() []Answer {
	var causes []Answer
	for _, e := range evidence.Edits {
		r, shut := f.ShutForPut(e)
		if !shut || !f.Target.Wants(e.Scope) {
			continue
		}
		x, one := f.Get(e.Probe()), strings.TrimSuffix(e.Kind, "s")
		causes = append(causes, Answer{ID: "perm-filter-override", Confidence: Sure, ReadsWork: true,
			Title: "A plugin refuses changes of " + e.Kind + " when they come with the method PUT",
			Shown: []string{
				evidence.Describe(x) + ", Allow: " + evidence.FirstOf(strings.Join(evidence.Allowed(x), ", "), "nothing"),
				fmt.Sprintf("%s %d as the list shows it: Allow %s", one, r.ID,
					strings.Join(f.RecordMethods(e.Kind, r), ", "))},
			Vars: map[string]string{"unread": e.Kind},
			Why: fmt.Sprintf("the store says that %s %d may be changed, and asked with PUT for the same %s, that "+
				"it may "+
				"not: a plugin or snippet looks at the method", one, r.ID, one)})
	}
	for _, x := range f.With(evidence.Doors) {
		door, _ := evidence.DoorOf(evidence.Probe(x.ID))
		if x.Request.Method != http.MethodPost || door.Above == "" || x.Status != http.StatusForbidden ||
			!strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot_") || !f.Permits(door.Above, http.MethodPost) ||
			!f.Wanted(x) {
			continue
		}
		causes = append(causes, Answer{ID: "perm-filter-override", Confidence: Likely, ReadsWork: true,
			Title: "A plugin refuses creates of " + door.Above + " when they come with the method POST",
			Shown: []string{evidence.Describe(x), f.AllowLine(door.Above)}, Vars: map[string]string{"unread": ""},
			Why: fmt.Sprintf("the store says that %s may be created, and refuses the create in WooCommerce's own "+
				"words "+
				"(%s): a plugin or snippet looks at the method or at what is sent", door.Above, x.Body.Code)})
	}
	return causes
}
