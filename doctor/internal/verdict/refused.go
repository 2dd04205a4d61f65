package verdict

import (
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// shopIsOff says whether the same request that WooCommerce refuses got an ordinary page, so nobody listens. Whether the
// REST API is closed besides cannot be told from here: the one that hides the other is named first.
func (f *heard) shopIsOff() bool {
	x := f.Get(evidence.ShopSign)
	return x != nil && x.Status == http.StatusOK && x.Body.Kind == "html" && !evidence.Cached(x) &&
		(evidence.HasMark(x, "wordpress") || evidence.AnnouncedRoot(x) != "")
}

// refusedByOthers finds that the refusal comes from a plugin that guards the REST API and not from WooCommerce.
func (f *routed) refusedByOthers(read *evidence.Exchange) Answer {
	code := read.Body.Code
	shown := []string{evidence.Describe(read)}
	switch {
	case read.Body.Kind != "json" || code == "" || evidence.IsStoreCode(code) || f.Route.Is("wpcom-hosted"):
		return Answer{}
	case evidence.IsLoginCode(code):
		if a := f.keyBehindLogin(); a.ID != "" {
			return a
		}
		if f.Target.Key.AppPassword && f.Target.Key.LooksLikeUser && code == "application_passwords_disabled" {
			return Answer{ID: "app-password-disabled", Confidence: Sure, Shown: shown,
				Why: "application passwords are switched off"}
		}
		if f.Target.Key.LooksLikeUser {
			return Answer{ID: "wp-login-instead-of-key", Confidence: Sure, Shown: shown,
				Why: "a WordPress login stands where the consumer key belongs, and it is not accepted as an " +
					"application password (" + code + ")"}
		}
		return Answer{ID: "invalid-username-global", Confidence: Likely, Shown: shown,
			Why: "WordPress takes the key for a user name: " + code}
	case f.BrowserPasses() != nil:
		return Answer{ID: "ua-blocked", Confidence: Sure,
			Shown: append(shown, "as a browser: "+evidence.Describe(f.BrowserPasses())),
			Why: "the answer is “" + code + "”, and the same request under a browser's name is let in: a plugin " +
				"or a snippet objects to the name of the client"}
	case evidence.ForeignRefusal(read) && f.refusesPages():
		return Answer{ID: "ip-or-geo-block", Confidence: Likely,
			Shown: append(shown, "the home page: "+evidence.Describe(f.Get(evidence.Home))),
			Why: "a plugin inside WordPress refuses every page, the home page too, also to a browser's name: it " +
				"goes by address or country"}
	case evidence.ForeignRefusal(read) && f.shopIsOff():
		return Answer{
			ID: "woocommerce-inactive", Confidence: Likely,
			Shown: append(shown,
				"outside of the REST API: "+evidence.Describe(f.Get(evidence.ShopSign))+
					", where WooCommerce answers 400"),
			Why: "WooCommerce does not answer outside of the REST API either: the plugin is not active, and the " +
				"REST API is closed to visitors without a login besides (" + code + ")",
		}
	case evidence.ForeignRefusal(read) && f.notRecognised(read):
		return f.keyBehindClosedDoor(shown, code)
	case evidence.ForeignRefusal(read) && evidence.SameRefusal(read, f.Get(evidence.Anonymous)) &&
		evidence.KnownCaller(read) == evidence.KnownCaller(f.Get(evidence.Anonymous)) &&
		(f.Get(evidence.HeaderWrong) == nil ||
			evidence.SameRefusal(f.Get(evidence.HeaderWrong), f.Get(evidence.Anonymous))):
		return Answer{
			ID: "rest-disabled", Confidence: Possible,
			Shown: append(shown, "without a key: "+evidence.Describe(f.Get(evidence.Anonymous)),
				"with a wrong secret: "+evidence.Describe(f.Get(evidence.HeaderWrong))),
			Vars: map[string]string{"code": code},
			Why: "the key gets the very answer that a stranger and a wrong secret get, “" + code +
				"”, which is no code of WooCommerce: either a plugin or a snippet closes the REST API to keys as " +
				"well, or it lets in whoever is logged in and the key is not accepted (unknown, revoked, or its " +
				"secret is wrong); the answer does not tell which. Make a new key first, which takes a minute; when " +
				"it gets the same answer, it is the plugin",
		}
	case evidence.ForeignRefusal(read):
		return Answer{
			ID: "rest-disabled", Confidence: Sure,
			Shown: append(shown, "without a key: "+evidence.Describe(f.Get(evidence.Anonymous))),
			Why: "the answer to the key is “" + code +
				"”, which is no code of WooCommerce: a plugin or a snippet closes the REST API, also to keys",
			Vars: map[string]string{"code": code},
		}
	}
	return Answer{}
}

// keyBehindLogin finds that whoever is not let in by the key is taken for a WordPress user (a Basic authentication
// handler), which hides why the key was not accepted. Without that header WooCommerce itself says why.
func (f *routed) keyBehindLogin() Answer {
	known, control := f.Get(evidence.KeyKnown), f.Get(evidence.KeyControl)
	if known == nil || control == nil || known.Body.Code != evidence.AuthError ||
		control.Body.Code != evidence.AuthError || f.Target.Key.LooksLikeUser {
		return Answer{}
	}
	if known.Body.Message == control.Body.Message {
		return f.unknownKey(f.Target.Key)
	}
	right, wrong := f.Get(evidence.QueryRight), f.Get(evidence.QueryWrong)
	if evidence.Accepted(right) && evidence.Accepted(wrong) && right.Body.Message == wrong.Body.Message {
		return f.secretOrOwner(right)
	}
	return Answer{}
}

// notRecognised says whether WordPress' REST server itself refuses (its own headers are there), and does not mark the
// answer as one to a user it knows, as it does for a right key even where a plugin closes the API to everybody
// (measured, see docs/woocommerce/authentication.md#nocache-header). So it is the key that is not accepted, and a key
// of no use gets the same refusal as none. Where somebody on the way writes Cache-Control of his own, nothing can be
// told.
func (f *routed) notRecognised(read *evidence.Exchange) bool {
	if !read.Of(evidence.ReadFirst) {
		return false // signed requests over plain HTTP fail for more reasons than the key
	}
	for _, id := range []evidence.Probe{evidence.ReadFirst, evidence.QueryRight, evidence.WhoAsks} {
		x := f.Get(id)
		if x == nil || !strings.Contains(x.Header.Get("Access-Control-Expose-Headers"), "X-WP-Total") ||
			x.Header.Get("Cache-Control") != "" {
			return false
		}
	}
	return evidence.SameRefusal(read, f.Get(evidence.Anonymous)) &&
		evidence.SameRefusal(f.Get(evidence.HeaderWrong), f.Get(evidence.Anonymous))
}

// keyBehindClosedDoor finds that the reason why the key is not accepted is hidden. Its shape may tell; else it is
// unknown to the store, its secret is wrong or its user is gone, and one fix mends all three.
func (f *routed) keyBehindClosedDoor(shown []string, code string) Answer {
	a := Answer{ID: "key-unknown", Confidence: Possible}
	if shape := f.Target.Key; !shape.KeyOK || shape.Swapped {
		a = f.unknownKey(shape)
	}
	a.Shown = slices.Concat(shown,
		[]string{"without a key: " + evidence.Describe(f.Get(evidence.Anonymous)),
			"with a wrong secret: " + evidence.Describe(f.Get(evidence.HeaderWrong))})
	a.Why = "the store does not recognise the key: WordPress marks answers to users it knows, and this one it " +
		"does not. The API is closed to whoever is not logged in (" + code +
		"), so the store does not say whether it lacks the key, the secret is wrong or the key's user is gone"
	return a
}

// refusesPages says whether the home page is refused as well. Then it is not about the REST API.
func (f *routed) refusesPages() bool {
	home := f.Get(evidence.Home)
	return home != nil && home.Status == http.StatusForbidden &&
		(home.Body.Kind != "json" || evidence.ForeignRefusal(home))
}
