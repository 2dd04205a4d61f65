package catalogue

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

func findMethodBlocked(f *Case) *hit {
	for _, id := range []evidence.Probe{evidence.VerbPut, evidence.VerbDelete} {
		x := f.Get(id)
		if x == nil || evidence.IsJSON(x) || evidence.SaysNothing(x) || evidence.Unsent(x) ||
			x.Status == http.StatusTooManyRequests ||
			x.Status >= http.StatusInternalServerError && x.Status != http.StatusNotImplemented ||
			x.Status/100 == 2 {
			continue // what is answered as if it were done is not refused
		}
		if _, redirect := evidence.IsRedirect(x); redirect || x.Status == 0 && (x.Fault == nil || !f.dropped(x)) {
			continue
		}
		post := f.Get(evidence.ScopeWrite)
		if !evidence.IsJSON(post) {
			return f.onlyReads(x, post)
		}
		h := &hit{confidence: verdict.Likely,
			why:   x.Request.Method + " is refused by the server before WordPress sees it, POST is not",
			shown: []string{evidence.Describe(x), evidence.Describe(post)},
			vars:  map[string]string{"status": fmt.Sprint(x.Status)}}
		if over := f.Get(evidence.VerbOverride); evidence.IsJSON(over) {
			h.confidence = verdict.Sure
			h.shown = append(h.shown, "as POST with ?_method=PUT: "+evidence.Describe(over))
			h.adopt = &Adoption{MethodOverride: true, Says: "send PUT and DELETE as POST with ?_method="}
		}
		return h
	}
	if post := f.Get(evidence.ScopeWrite); post != nil && !evidence.IsJSON(post) &&
		(post.Status == http.StatusMethodNotAllowed || post.Status == http.StatusNotImplemented) &&
		f.WhoAnswered(post).Confidence != verdict.Sure {
		return &hit{confidence: verdict.Sure,
			why: fmt.Sprintf("POST is refused with status %d before WordPress sees it, other methods are not",
				post.Status), shown: []string{evidence.Describe(post), evidence.Describe(f.Get(evidence.VerbPut))},
			vars: map[string]string{"status": fmt.Sprint(post.Status)}}
	}
	return f.refusesPost()
}

// refusesPost says whether a rule about methods hinders the integration: one that only reads is not hindered, and PUT
// and DELETE were not asked.
func (f *Case) refusesPost() *hit {
	post := f.Get(evidence.ScopeWrite)
	if f.Target.Writes() || post == nil || evidence.IsJSON(post) || evidence.SaysNothing(post) ||
		post.Status < 400 || post.Status >= 500 ||
		post.Status == http.StatusTooManyRequests || !evidence.LetIn(f.Read()) ||
		f.WhoAnswered(post).Confidence == verdict.Sure {
		return nil
	}
	return &hit{severity: Note, confidence: verdict.Likely,
		why: fmt.Sprintf("POST is refused with status %d before WordPress sees it, reads are not; nothing that was "+
			"asked for writes", post.Status),
		shown: []string{evidence.Describe(post), evidence.Describe(f.Read())},
		vars:  map[string]string{"status": fmt.Sprint(post.Status)}}
}

// dropped reports that the connection of x was ended because of its method: the same request under the cover of POST
// was answered, and no read and no POST of this examination met the same fault. A store under load drops anything.
// Where the examination was cut short, because too many connections were lost, what was not asked could not meet it.
func (f *Case) dropped(x *evidence.Exchange) bool {
	return evidence.IsJSON(f.Get(evidence.VerbOverride)) &&
		!slices.ContainsFunc(f.Evidence.Exchanges, func(other evidence.Exchange) bool {
			usual := other.Request.Method == http.MethodGet || other.Request.Method == http.MethodPost
			elsewhere := usual && !evidence.Bodies.Has(&other)
			return elsewhere && other.Fault != nil &&
				(other.Fault.Class == x.Fault.Class || other.Fault.Class == "budget")
		})
}

// onlyReads says whether POST is refused as PUT and DELETE are, while reads pass.
func (f *Case) onlyReads(x, post *evidence.Exchange) *hit {
	if post == nil || post.Status < 400 || post.Status != x.Status || !evidence.LetIn(f.Read()) ||
		f.WhoAnswered(post).Confidence == verdict.Sure {
		return nil // something that has a name of its own, or no rule about methods
	}
	return &hit{confidence: verdict.Sure,
		why: fmt.Sprintf("POST, PUT and DELETE are all refused with status %d before WordPress sees them, reads "+
			"are not", x.Status),
		shown: []string{evidence.Describe(post), evidence.Describe(x), evidence.Describe(f.Read())},
		vars:  map[string]string{"status": fmt.Sprint(x.Status)}}
}

func findMethodRewritten(f *Case) *hit {
	for _, id := range []evidence.Probe{evidence.VerbPut, evidence.VerbDelete} {
		if x := f.Get(id); x != nil && x.Status == http.StatusOK && evidence.IsJSON(x) && x.Body.Code == "" {
			return &hit{confidence: verdict.Sure,
				why:   x.Request.Method + " to an address that only reads is answered like a GET",
				shown: []string{evidence.Describe(x)},
				adopt: &Adoption{MethodOverride: true, Says: "send PUT and DELETE as POST with ?_method="}}
		}
	}
	return nil
}

func findPostRedirect(f *Case) *hit {
	x := f.Get(evidence.ScopeWrite)
	to, ok := evidence.IsRedirect(x)
	if !ok {
		return nil
	}
	base, _, _ := strings.Cut(to, "/wp-json")
	return &hit{confidence: verdict.Sure, why: "POST is redirected and GET is not",
		shown: []string{evidence.Describe(x), evidence.Describe(f.Read())}, vars: map[string]string{"to": base}}
}

func findBodyTooLarge(f *Case) *hit {
	x := f.Get(evidence.BodyLarge)
	if x == nil || evidence.IsJSON(x) || !evidence.IsJSON(f.Get(evidence.ScopeWrite)) {
		return nil
	}
	dropped := x.Fault != nil && (x.Fault.Class == "reset" || x.Fault.Class == "closed")
	switch markup := f.Get(evidence.BodyMarkup); {
	case x.Status == http.StatusRequestEntityTooLarge || dropped:
	case x.Status == http.StatusInternalServerError && evidence.IsServerPage(x) && evidence.IsJSON(markup):
		// Measured: nginx answers so when it may not write into its directory for bodies that do not fit into memory.
		return &hit{confidence: verdict.Likely, why: "the web server itself answers 500 to a body of 256 kB and " +
			"takes a small one: it cannot keep larger bodies (its directory for them, client_body_temp_path, " +
			"belongs to somebody else, or the disk is full)",
			shown: []string{evidence.Describe(x), evidence.Describe(f.Get(evidence.ScopeWrite))},
			vars:  map[string]string{"status": "500"},
			fixes: []Fix{
				host("“The web server of {host} answers 500 to requests with a body of more than some kilobytes: it " +
					"cannot write them into its directory (client_body_temp_path). Please see who owns that " +
					"directory and whether the disk is full.”"),
				wpcli("nginx -V 2>&1 | grep -o 'http-client-body-temp-path=[^ ]*'; df -h /var   # the directory, " +
					"and whether the disk is full\n" +
					"grep -h '^user' /etc/nginx/nginx.conf   # who must own it"),
			}}
	default:
		return nil
	}
	return &hit{confidence: verdict.Sure, why: "a body of 256 kB is refused, a small one is not",
		shown: []string{evidence.Describe(x), evidence.Describe(f.Get(evidence.ScopeWrite))},
		vars:  map[string]string{"status": evidence.StatusText(x.Status)}}
}

func findLongURI(f *Case) *hit {
	x := f.Get(evidence.LongURI)
	if x == nil || evidence.IsJSON(x) || f.Partly.Is("waf-modsecurity") || f.Partly.Is("path-refused") {
		return nil
	}
	refused := slices.Contains([]int{http.StatusRequestURITooLong, http.StatusBadRequest,
		http.StatusRequestHeaderFieldsTooLarge, http.StatusForbidden, http.StatusNotAcceptable,
		http.StatusRequestEntityTooLarge}, x.Status)
	if !refused && (x.Status != 0 || x.Fault == nil || !f.alone(x)) {
		return nil
	}
	return &hit{confidence: verdict.Sure, why: "an address of 4,000 characters is refused",
		shown: []string{evidence.Describe(x)}}
}

// alone reports that the connection of x was ended and no other was. A store under load drops anything.
func (f *Case) alone(x *evidence.Exchange) bool {
	for i := range f.Evidence.Exchanges {
		if other := &f.Evidence.Exchanges[i]; other.ID != x.ID && other.Fault != nil && other.Status == 0 {
			return false
		}
	}
	return x.Fault.Class == "closed" || x.Fault.Class == "reset"
}

// findLostContentType finds that the type of a body is lost on the way: WordPress refuses a body that is no JSON only
// if the type says that it is.
func findLostContentType(f *Case) *hit {
	x := f.Get(evidence.BodyType)
	if x == nil || !evidence.IsJSON(x) || x.Body.Code == "rest_invalid_json" {
		return nil
	}
	if x.Status == http.StatusOK && x.Body.Code == "" && !f.Usurps(x) ||
		strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot_batch") {
		return &hit{confidence: verdict.Sure,
			why:   "a body that is no JSON was not objected to, so WordPress was not told that it is JSON",
			shown: []string{evidence.Describe(x)}}
	}
	return nil
}
