package catalogue

import (
	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// allowMissing is good to know: Waybill does not need the header, and the doctor then says less about permissions.
var allowMissing = Check{
	ID: "allow-header-missing", Area: AreaSite, Severity: Note, Stage: StageLetIn,
	Title: "The header that says what a key may do gets lost on the way",
	See:   "Lists come with their records and without Allow, and so do answers to OPTIONS.",
	Tell:  "A key that may do nothing gets no Allow either, and no records.",
	Cause: "A CDN, a proxy or a rule of the web server takes the header away.",
	Fixes: []Fix{
		nginx("# take away: fastcgi_hide_header Allow; proxy_hide_header Allow;"),
		host("“The header Allow of {host}/wp-json/wc/v3/ does not arrive. Please let it pass.”"),
		waybill("Nothing that Waybill does depends on it. What the key may do is concluded from what was answered."),
		prove("{keyed} -o /dev/null -D - '{home}/wp-json/wc/v3/{resource}?per_page=1' | grep -i '^allow'", "nothing",
			"“llow”"),
	},
	find: func(f *Case) *hit {
		if !f.AllowLost() {
			return nil
		}
		h := &hit{confidence: verdict.Sure, why: "lists were given with their records, and no answer says what is allowed"}
		for _, x := range f.With(evidence.Lists) {
			if x.Records() > 0 && len(h.shown) < 3 {
				h.shown = append(h.shown, evidence.Describe(x)+" without Allow")
			}
		}
		return h
	},
}
