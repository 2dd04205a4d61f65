package verdict

import (
	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// Decide goes through the stages.
func Decide(ev *evidence.Evidence) *Facts {
	h := hear(ev)
	f := fronted{heard: h, Front: h.decideFront()}
	r := routed{fronted: f, Route: f.decideRoute()}
	k := keyed{routed: r, Key: r.decideKey()}
	g := granted{keyed: k}
	facts := &Facts{Partly: k.decidePartly()}
	// without headers or status, nothing says what the key may do
	if k.LateHeaders() == nil && k.OverwrittenStatus() == nil {
		g.Rights = k.decideRights()
		if k.Known() {
			facts.Causes = g.rightsCauses()
			facts.Unknown = g.unknownRights()
		}
	}
	facts.granted = g
	facts.Usurped = facts.inPlace()
	return facts
}
