package verdict

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

var (
	loginPath = regexp.MustCompile(
		`(?i)(wp-login\.php|/login|/log-in|/signin|/sign-in|/my-account|/account|/sso|/oauth2?/|/saml` +
			`|/auth(/|$|\?)|/anmelden|/members?-login|/konto|redirect_to=)`)
	loginHost = regexp.MustCompile(
		`(?i)^(login|sso|auth|accounts?|id|idp|signin|identity)\.|okta\.com$|auth0\.com$|microsoftonline\.com$`)
	languageSeg = regexp.MustCompile(`^(?:[a-z]{2})(?:[-_][A-Za-z]{2})?$`)
	soonPath    = regexp.MustCompile(`(?i)(coming-?soon|maintenance|under-construction|wartung|launch)`)
)

// redirected sorts a redirect of the REST index by where it leads.
func (f *heard) redirected(x *evidence.Exchange, to string) Answer {
	from, err1 := url.Parse(x.Request.URL)
	target, err2 := url.Parse(to)
	if err1 != nil || err2 != nil {
		return Answer{}
	}
	shown := append([]string{evidence.Describe(x)}, describeAll(f.With(evidence.IndexHops))...)
	vars := map[string]string{"to": f.cleanTarget(target)}
	say := func(id string, c Confidence, why string) Answer {
		return Answer{ID: id, Confidence: c, Why: why, Shown: shown, Vars: vars}
	}
	sameName := strings.EqualFold(from.Hostname(), target.Hostname())
	samePath := strings.TrimRight(from.Path, "/") == strings.TrimRight(target.Path, "/")
	switch {
	case sameName && isLanguageRedirect(from, target):
		return say("redirect-geo-lang", Sure, "the API is redirected to a language")
	case f.loops(x):
		return say("redirect-loop", Sure, "the redirects lead back to where they began")
	case loginHost.MatchString(target.Hostname()) || loginPath.MatchString(target.RequestURI()):
		return say("redirect-login", Sure, "the API is redirected to a login page")
	case f.endsAtLogin():
		return say("redirect-login", Sure, "the API is redirected to a page that asks for a password")
	case from.Scheme == "http" && target.Scheme == "https" &&
		(sameName || sameButWWW(from.Hostname(), target.Hostname())) &&
		(samePath || strings.Trim(target.Path, "/") == ""):
		// Some hosts drop the path on the way to HTTPS.
		return say("redirect-https", Sure, "the plain HTTP address is redirected to HTTPS")
	case from.Scheme == "https" && target.Scheme == "http" && sameName && samePath:
		return say("redirect-loop", Likely,
			"the store sends visitors of HTTPS back to plain HTTP: it does not see that TLS ended in front of it")
	case !sameName && f.sameLabelOtherCountry(from.Hostname(), target.Hostname()):
		return say("redirect-geo-lang", Likely, "the API is redirected to the shop of another country")
	case !sameName || from.Port() != target.Port():
		return say("redirect-www", Sure,
			"the shop's own address is "+vars["to"]+", and the address in use is redirected to it")
	case target.Path == from.Path+"/":
		return f.slashRedirect(say)
	case strings.TrimSuffix(target.Path, "/") == evidence.PathOf(f.Target.Base)+"/index.php"+
		strings.TrimSuffix(strings.TrimPrefix(from.Path, evidence.PathOf(f.Target.Base)), "/"):
		vars["root"] = f.Target.Base + "/index.php/wp-json/"
		return say("permalinks-pathinfo", Likely, "the API is redirected to its form below /index.php/")
	case soonPath.MatchString(target.Path):
		return say("maintenance-plugin", Likely, "the API is redirected to a page of a maintenance mode")
	}
	return say("redirect-home", Likely,
		"the API is redirected to a page of the site: something keeps visitors away from it")
}

// endsAtLogin says whether the page at the end of the redirects asks for a password, whatever its address is called in
// the shop's language. Where themes have a login on every page, the home page shows it too, so such a page counts for
// nothing.
func (f *heard) endsAtLogin() bool {
	hops := f.With(evidence.IndexHops)
	return len(hops) > 0 && evidence.HasMark(hops[len(hops)-1], "login") &&
		!evidence.HasMark(f.Get(evidence.Home), "login")
}

// slashRedirect finds that WordPress took the API's address for a page. The root that it announces tells why.
func (f *heard) slashRedirect(say func(string, Confidence, string) Answer) Answer {
	a := f.notRouted()
	if a.ID == "" {
		return say("redirect-canonical-slash", Likely,
			"WordPress takes the API's address for a page and adds a slash to it")
	}
	a.Also = append(a.Also, "redirect-canonical-slash")
	return a
}

// cleanTarget is the address of a redirect reduced to a base address a person can use.
func (f *heard) cleanTarget(u *url.URL) string {
	base := *u
	base.RawQuery, base.Fragment, base.User = "", "", nil
	if at := strings.Index(base.Path, "/wp-json"); at >= 0 {
		base.Path = base.Path[:at]
	}
	return strings.TrimRight(base.String(), "/")
}

func (f *heard) loops(x *evidence.Exchange) bool {
	seen := []string{x.Request.URL}
	for _, hop := range append([]*evidence.Exchange{x}, f.With(evidence.IndexHops)...) {
		next, ok := evidence.IsRedirect(hop)
		if !ok {
			return false
		}
		if slices.Contains(seen, next) {
			return true
		}
		seen = append(seen, next)
	}
	return len(seen) > evidence.MaxHops
}

func sameButWWW(a, b string) bool {
	return strings.TrimPrefix(strings.ToLower(a), "www.") == strings.TrimPrefix(strings.ToLower(b), "www.")
}

// sameLabelOtherCountry says whether two hosts are one shop's for two countries: shop.com and shop.de, or shop.com and
// de.shop.com.
func (f *heard) sameLabelOtherCountry(a, b string) bool {
	a, b = strings.TrimPrefix(strings.ToLower(a), "www."), strings.TrimPrefix(strings.ToLower(b), "www.")
	if rest, ok := strings.CutSuffix(b, "."+a); ok {
		return languageSeg.MatchString(rest)
	}
	la, ta, okA := strings.Cut(a, ".")
	lb, tb, okB := strings.Cut(b, ".")
	return okA && okB && la == lb && ta != tb
}

func isLanguageRedirect(from, to *url.URL) bool {
	if to.Query().Get("lang") != "" && from.Query().Get("lang") == "" {
		return true
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(to.Path, "/"), "/")
	return languageSeg.MatchString(first) && !strings.HasPrefix(from.Path, "/"+first+"/")
}

func describeAll(list []*evidence.Exchange) []string {
	var lines []string
	for _, x := range list {
		lines = append(lines, evidence.Describe(x))
	}
	return lines
}
