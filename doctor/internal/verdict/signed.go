package verdict

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// decideSignedKey is the same for plain HTTP, where only signatures are accepted.
func (f *routed) decideSignedKey() Answer {
	if f.Evidence.Way == evidence.WayOAuth {
		if given := f.Get(evidence.SignGiven); given != nil &&
			!evidence.SignatureAccepted(given, f.Get(evidence.KeyKnown)) {
			return f.signatureElsewhere()
		}
		return Answer{}
	}
	known, control := f.Get(evidence.KeyKnown), f.Get(evidence.KeyControl)
	if known == nil || control == nil || known.Body.Kind != "json" {
		return Answer{}
	}
	if a := f.refusedByOthers(known); a.ID != "" {
		return a
	}
	switch {
	case known.Body.Code == "woocommerce_rest_authentication_missing_parameter":
		return Answer{ID: "oauth-missing-param", Confidence: Sure, Shown: []string{evidence.Describe(known)},
			Why: "five arguments were sent and fewer arrived"}
	case known.Body.Code != evidence.AuthError:
		if f.Route.ID != "" {
			return Answer{}
		}
		return f.keysNotLookedAt(known, known, control)
	case known.Body.Message == control.Body.Message:
		return f.unknownKey(f.Target.Key)
	}
	given, live := f.Get(evidence.SignGiven), f.Get(evidence.ReadOAuth)
	if !evidence.SignatureAccepted(given, known) {
		return f.signatureElsewhere()
	}
	if live != nil && live.Body.Code == evidence.AuthError && live.Body.Message == given.Body.Message {
		return Answer{ID: "clock-skew", Confidence: Sure,
			Shown: []string{evidence.Describe(live), "a signature of 1970 gets the same answer"},
			Why: "the signature is right and its time is refused: the clocks of the store and of this machine are " +
				"more than 15 minutes apart"}
	}
	if live != nil && live.Status == http.StatusUnauthorized &&
		strings.HasPrefix(live.Body.Code, "woocommerce_rest_cannot") {
		return Answer{ID: "key-owner-deleted", Confidence: Possible, Shown: []string{evidence.Describe(live)},
			Why: "the signature is right, and yet the store finds no user behind them: he was deleted, or a " +
				"plugin takes the user away after WooCommerce has recognised the key"}
	}
	return Answer{}
}

// signatureElsewhere finds for which address a signature is accepted that is refused for the one given.
func (f *routed) signatureElsewhere() Answer {
	known := f.Get(evidence.KeyKnown)
	shown := []string{"signed for the address as given: " + evidence.Describe(f.Get(evidence.SignGiven))}
	switch {
	case evidence.SignatureAccepted(f.Get(evidence.SignHome), known) && !sameButScheme(f.Index().Home, f.Target.Base):
		home := strings.TrimRight(f.Index().Home, "/")
		return Answer{ID: "oauth-host-mismatch", Confidence: Sure,
			Shown: append(shown, "signed for "+home+": accepted"), Vars: map[string]string{"home": home},
			Why: "the store signs with its own home address " + home + ", which is not the address in use"}
	case evidence.SignatureAccepted(f.Get(evidence.SignHTTPS), known),
		evidence.SignatureAccepted(f.Get(evidence.SignHome), known):
		return Answer{ID: "oauth-scheme-mismatch", Confidence: Sure,
			Shown: append(shown, "signed for https://: accepted"),
			Why:   "the store takes the plain HTTP request for HTTPS and signs with https://"}
	case evidence.SignatureAccepted(f.Get(evidence.SignExtra), known):
		return Answer{ID: "oauth-extra-param", Confidence: Sure,
			Shown: append(shown, "signed with the argument q=… that the web server adds: accepted"),
			Why:   "the web server adds an argument to every address, and the store signs it too"}
	case evidence.SignatureAccepted(f.Get(evidence.SignEcho), known):
		_, added := evidence.ArgumentsOnTheWay(f.Get(evidence.EchoPages))
		names := strings.Join(slices.Sorted(maps.Keys(added)), ", ")
		return Answer{ID: "oauth-extra-param", Confidence: Sure,
			Shown: append(shown, "a public list repeats what arrived: "+names+" was not sent",
				"signed with it: accepted"), Vars: map[string]string{"extra": names},
			Why: "something between here and WordPress adds " + names + " to every address, and the store signs it too"}
	case evidence.SignatureAccepted(f.Get(evidence.SignDirect), known):
		return Answer{ID: "oauth-extra-param", Confidence: Sure,
			Shown: append(shown, "signed for index.php itself: accepted"),
			Why:   "rewriting on the web server adds an argument to every address, and the store signs it too"}
	}
	a := Answer{ID: "secret-wrong", Confidence: Likely, Shown: append(shown, "the key itself is known"),
		Why: "the store has the key and no signature made with the secret is accepted"}
	if _, added := evidence.ArgumentsOnTheWay(f.Get(evidence.EchoPages)); len(added) > 0 {
		// Two causes at once: with the right secret the argument would spoil signatures still.
		names := strings.Join(slices.Sorted(maps.Keys(added)), ", ")
		a.Also, a.Vars = []string{"oauth-extra-param"}, map[string]string{"extra": names}
		a.Shown = append(a.Shown, "a public list repeats what arrived: "+names+" was not sent; signed with it: refused")
	}
	return a
}

func sameButScheme(a, b string) bool {
	_, restA, _ := strings.Cut(a, "://")
	_, restB, _ := strings.Cut(b, "://")
	return strings.EqualFold(strings.TrimRight(restA, "/"), strings.TrimRight(restB, "/"))
}
