package doctor

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// decideSignedKey is the same for plain HTTP, where only signatures are accepted.
func (f *routed) decideSignedKey() answer {
	if f.ev.Way == WayOAuth {
		if given := f.x("sign.given"); given != nil && !signatureAccepted(given, f.x("key.known")) {
			return f.signatureElsewhere()
		}
		return answer{}
	}
	known, control := f.x("key.known"), f.x("key.control")
	if known == nil || control == nil || known.Body.Kind != "json" {
		return answer{}
	}
	if a := f.refusedByOthers(known); a.id != "" {
		return a
	}
	switch {
	case known.Body.Code == "woocommerce_rest_authentication_missing_parameter":
		return answer{id: "oauth-missing-param", confidence: Sure, shown: []string{describe(known)}, why: "five arguments were sent and fewer arrived"}
	case known.Body.Code != authError:
		if f.route.id != "" {
			return answer{}
		}
		return f.keysNotLookedAt(known, known, control)
	case known.Body.Message == control.Body.Message:
		return f.unknownKey(f.t.Key)
	}
	given, live := f.x("sign.given"), f.x("read.oauth")
	if !signatureAccepted(given, known) {
		return f.signatureElsewhere()
	}
	if live != nil && live.Body.Code == authError && live.Body.Message == given.Body.Message {
		return answer{id: "clock-skew", confidence: Sure, shown: []string{describe(live), "a signature of 1970 gets the same answer"}, why: "the signature is right and its time is refused: the clocks of the store and of this machine are more than 15 minutes apart"}
	}
	if live != nil && live.Status == http.StatusUnauthorized && strings.HasPrefix(live.Body.Code, "woocommerce_rest_cannot") {
		return answer{id: "key-owner-deleted", confidence: Likely, shown: []string{describe(live)}, why: "the signature is right, and yet the store does not know who is asking: the user the key belongs to no longer exists"}
	}
	return answer{}
}

// signatureElsewhere: the signature is refused for the address as given; for which one is it accepted?
func (f *routed) signatureElsewhere() answer {
	known := f.x("key.known")
	shown := []string{"signed for the address as given: " + describe(f.x("sign.given"))}
	switch {
	case signatureAccepted(f.x("sign.home"), known) && !sameButScheme(f.index().Home, f.t.Base):
		home := strings.TrimRight(f.index().Home, "/")
		return answer{id: "oauth-host-mismatch", confidence: Sure, shown: append(shown, "signed for "+home+": accepted"), vars: map[string]string{"home": home},
			why: "the store signs with its own home address " + home + ", which is not the address in use"}
	case signatureAccepted(f.x("sign.https"), known), signatureAccepted(f.x("sign.home"), known):
		return answer{id: "oauth-scheme-mismatch", confidence: Sure, shown: append(shown, "signed for https://: accepted"), why: "the store takes the plain HTTP request for HTTPS and signs with https://"}
	case signatureAccepted(f.x("sign.extra"), known):
		return answer{id: "oauth-extra-param", confidence: Sure, shown: append(shown, "signed with the argument q=… that the web server adds: accepted"), why: "the web server adds an argument to every address, and the store signs it too"}
	case signatureAccepted(f.x("sign.echo"), known):
		_, added := argumentsOnTheWay(f.x("echo"))
		names := strings.Join(slices.Sorted(maps.Keys(added)), ", ")
		return answer{id: "oauth-extra-param", confidence: Sure, shown: append(shown, "a public list repeats what arrived: "+names+" was not sent", "signed with it: accepted"), vars: map[string]string{"extra": names},
			why: "something between here and WordPress adds " + names + " to every address, and the store signs it too"}
	case signatureAccepted(f.x("sign.direct"), known):
		return answer{id: "oauth-extra-param", confidence: Sure, shown: append(shown, "signed for index.php itself: accepted"), why: "rewriting on the web server adds an argument to every address, and the store signs it too"}
	}
	a := answer{id: "secret-wrong", confidence: Likely, shown: append(shown, "the key itself is known"), why: "the store has the key and no signature made with the secret is accepted"}
	if _, added := argumentsOnTheWay(f.x("echo")); len(added) > 0 {
		// Two causes at once: with the right secret the argument would spoil signatures still.
		names := strings.Join(slices.Sorted(maps.Keys(added)), ", ")
		a.also, a.vars = []string{"oauth-extra-param"}, map[string]string{"extra": names}
		a.shown = append(a.shown, "a public list repeats what arrived: "+names+" was not sent; signed with it: refused")
	}
	return a
}

func sameButScheme(a, b string) bool {
	_, restA, _ := strings.Cut(a, "://")
	_, restB, _ := strings.Cut(b, "://")
	return strings.EqualFold(strings.TrimRight(restA, "/"), strings.TrimRight(restB, "/"))
}

// argumentsLost: signatures are not objected to because they do not arrive. Over HTTPS key and secret have two more roads.
func (f *routed) argumentsLost(known *Exchange) answer {
	lost, _ := argumentsOnTheWay(f.x("echo"))
	lost = slices.DeleteFunc(lost, func(name string) bool { return !slices.Contains(signatureArgs, name) })
	if len(lost) == 0 {
		return answer{}
	}
	return answer{
		id: "oauth-missing-param", confidence: Sure, why: "arguments of the signature are taken out of the address on the way: " + strings.Join(lost, ", "),
		shown: []string{describe(known), "a public list repeats what arrived, without " + strings.Join(lost, ", ")},
	}
}
