package catalogue

import (
	"strings"
)

// unknownAddress stands in sentences for the address that requests leave from.
const unknownAddress = "(our address)"

// fillable reports that everything a fix names is known here. A fix with a gap is not shown: pasted, it would break
// something.
func (f *Case) fillable(fix Fix, h *hit) bool {
	known := map[string]bool{
		"{id}": h.vars["id"] != "" && h.vars["id"] != "?", "{ids}": h.vars["ids"] != "",
		"{delivery}": h.vars["delivery"] != "" || f.Target.DeliveryURL != "", "{last7}": f.Target.Key.Last7 != "",
		"{receiver}": h.vars["receiver"] != "", "{code}": h.vars["code"] != "",
		// a sentence says it in words
		"{egress}": f.Evidence.Local.Egress != "" || fix.Kind != FixNginx && fix.Kind != FixApache,
	}
	if fix.givesCaps() && h.vars["caps"] == "" {
		return false // nothing is missing that could be given
	}
	for name, there := range known {
		if !there && strings.Contains(fix.Text, name) {
			return false
		}
	}
	return true
}
