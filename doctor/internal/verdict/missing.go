package verdict

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// shopElsewhere finds that another directory of the same host has the shop.
func (f *heard) shopElsewhere() Answer {
	for _, x := range f.With(evidence.IndexDir) {
		if index := evidence.ReadIndex(x); index != nil && index.HasWooCommerce() {
			dir := evidence.IndexDir.About(x)
			home := f.Target.Base + "/" + dir
			return Answer{
				ID: "subdirectory-install", Confidence: Sure, Shown: []string{evidence.Describe(x)},
				Vars: map[string]string{"home": home},
				Why:  "the shop is installed in the directory /" + dir + ", not at the root of the host",
			}
		}
	}
	if index := evidence.ReadIndex(f.Get(evidence.HTTPIndex)); index != nil && index.HasWooCommerce() {
		return Answer{
			ID: "tls-default-vhost", Confidence: Sure,
			Shown: []string{evidence.Describe(f.Get(evidence.HTTPIndex)),
				"over HTTPS: " + evidence.Describe(f.Get(evidence.Index))},
			Why: "over plain HTTP the shop answers, over HTTPS another site does",
		}
	}
	return Answer{}
}

// indexMissing decides why the usual place has no REST index, where that is no block.
func (f *heard) indexMissing(x *evidence.Exchange) Answer {
	home := f.Get(evidence.Home)
	if index := evidence.ReadIndex(home); index != nil {
		a := Answer{ID: "url-contains-api-path", Confidence: Sure, Shown: []string{evidence.Describe(home)},
			Why:  "the address given is that of the API and not of the shop",
			Vars: map[string]string{"home": strings.TrimRight(index.Home, "/")}}
		if !strings.HasSuffix(f.Target.Base, "/wp-json") {
			a = Answer{ID: "rest-prefix-changed", Confidence: Sure, Shown: []string{evidence.Describe(home)},
				Why:  "the API lives at " + f.Target.Base + "/",
				Vars: map[string]string{"root": f.Target.Base + "/", "home": strings.TrimRight(index.Home, "/")}}
		}
		return a
	}
	if a := f.notRouted(); a.ID != "" {
		return a
	}
	if evidence.ReadIndex(f.Get(evidence.IndexParent)) != nil {
		home := strings.TrimSuffix(f.Target.Base, f.Target.Pasted.Path)
		return Answer{ID: "url-contains-api-path", Confidence: Sure,
			Shown: []string{evidence.Describe(f.Get(evidence.IndexParent))},
			Why:   f.pageGiven(home),
			Vars:  map[string]string{"home": home}}
	}
	if a := f.shopElsewhere(); a.ID != "" {
		return a
	}
	return f.noWordPress(x, home)
}

// notRouted finds why WordPress, which is there, does not take the address for the API's: by what it announces.
func (f *heard) notRouted() Answer {
	home, index := f.Get(evidence.Home), f.Get(evidence.Index)
	announced := evidence.AnnouncedRoot(home)
	link, hasLink := evidence.RootFromLink(announced)
	plain, pathinfo, linked := f.Get(evidence.IndexRestRoute), f.Get(evidence.IndexPathinfo), f.Get(evidence.IndexLink)
	if plainLink, ok := evidence.RootFromLink(evidence.AnnouncedRoot(plain)); !hasLink && ok &&
		(plainLink.Query || evidence.ReadIndex(linked) != nil) {
		link, hasLink, announced = plainLink, true, evidence.AnnouncedRoot(plain)
	}
	shown := []string{evidence.Describe(index), "announced: " + evidence.FirstOf(announced, "nothing"),
		"?rest_route=/: " + evidence.Describe(plain)}
	say := func(id string, c Confidence, why string) Answer {
		return Answer{ID: id, Confidence: c, Why: why, Shown: shown, Vars: map[string]string{"root": announced}}
	}
	answers := evidence.ReadIndex(plain) != nil || evidence.ReadIndex(pathinfo) != nil
	switch {
	case !evidence.HasMark(home, "wordpress") && announced == "" && !answers:
		return Answer{}
	case evidence.ReadIndex(linked) != nil && hasLink && strings.HasSuffix(link.Address, "/wp-json/") &&
		strings.HasPrefix(f.Target.Base, strings.TrimSuffix(link.Address, "wp-json/")):
		// The announced API has its usual name, and the address given goes deeper than the shop's home.
		home := strings.TrimSuffix(link.Address, "/wp-json/")
		a := say("url-contains-api-path", Sure, f.pageGiven(home))
		a.Vars["home"] = home
		return a
	case evidence.ReadIndex(linked) != nil && hasLink:
		a := say("rest-prefix-changed", Sure, "the API lives at "+link.Address+" and not at /wp-json/")
		a.Vars["root"] = link.Address
		return a
	case hasLink && link.Query && evidence.ReadIndex(plain) != nil:
		return say("permalinks-plain", Sure,
			"the store announces its API as ?rest_route=/: permalinks are set to “Plain”")
	case evidence.ReadIndex(pathinfo) != nil && strings.Contains(announced, "/index.php/"):
		a := say("permalinks-pathinfo", Sure, "the API answers below /index.php/ only")
		a.Vars["root"] = f.Target.Base + "/index.php/wp-json/"
		return a
	case index.Status == 404 && f.prettyPages():
		return say("rest-hidden", Likely,
			"/wp-json/ answers 404 while other pretty addresses reach WordPress: the API was hidden on purpose")
	case answers && (index.Status == 404 || evidence.LostInRewriting(index, home)):
		return say("rewrite-missing", Sure, fmt.Sprintf("pretty addresses do not reach WordPress: the web server "+
			"itself answers %d, and the form ?rest_route=/ works", index.Status))
	case index.Status == 404:
		return say("rest-hidden", Likely, "/wp-json/ answers 404 in every form: the API was hidden on purpose")
	case answers && index.Status == 200 && index.Body.Kind != "json":
		return say("html-200", Likely, "the address of the API gives a page of the site, and the form ?rest_route=/ "+
			"gives data: a cache or a rule answers in place of WordPress")
	case !answers && (index.Status == 200 && index.Body.Kind == "html" || index.Status/100 == 3):
		return say("rest-unhooked", Likely,
			"WordPress takes the address of the API for a page, in every form: its REST handler was taken out")
	}
	return Answer{}
}

// pageGiven tells when the address given is that of a page: below a page there is no API, so whoever puts the path of
// the API behind it gets 404.
func (f *heard) pageGiven(home string) string {
	return f.Target.Pasted.Path + " is a page of the shop and not its address: an integration that is given it gets " +
		"404 from the API; give it " + home
}

// prettyPages says whether the 404 of a page that exists nowhere is WordPress' own. Then the web server hands such
// addresses on.
func (f *heard) prettyPages() bool {
	x := f.Get(evidence.PageNowhere)
	return x != nil && x.Body.Kind == "html" && !evidence.IsServerPage(x) &&
		(evidence.HasMark(x, "wordpress") || evidence.AnnouncedRoot(x) != "" || x.Header.Get("X-Redirect-By") != "")
}

// noWordPress finds that nothing here looks like WordPress.
func (f *heard) noWordPress(x, home *evidence.Exchange) Answer {
	shown := []string{evidence.Describe(home), evidence.Describe(x)}
	vars := map[string]string{}
	if f.WantsTLS() {
		return Answer{} // keys-over-http says it
	}
	if read := f.Read(); read != nil && read.Body.Kind == "json" && read.Body.Code != "" {
		return Answer{} // the request with the key was answered by WordPress or a plugin in it
	}
	switch {
	case home != nil && home.Status >= 400 && evidence.IsServerPage(home) && f.Target.Pasted.Path == "":
		return Answer{ID: "dns-wrong-host", Confidence: Possible, Shown: shown, Vars: vars,
			Why: "the name leads to a web server that has no site for it: its own error page answers, " +
				evidence.FirstOf(home.Body.Title, evidence.StatusText(home.Status))}
	case evidence.HasMark(home, "parked", "default-page") || evidence.HasMark(x, "parked"):
		return Answer{ID: "dns-wrong-host", Confidence: Likely, Shown: shown, Vars: vars,
			Why: "the name leads to a server that shows a parking or default page: " +
				evidence.FirstOf(home.Body.Title, "no shop")}
	case x.Status == 503 || x.Status == 429:
		return Answer{} // it may be there and have no time
	case home != nil && home.Body.Kind == "html" && evidence.HasMark(home, "wordpress"):
		return Answer{ID: "rest-hidden", Confidence: Possible, Shown: shown,
			Why: "the site is WordPress and shows no REST API"}
	case x.Status == 200 && x.Body.Kind == "html" && home != nil && evidence.HasMark(x, "coming-soon"):
		return Answer{ID: "maintenance-plugin", Confidence: Possible, Shown: shown, Why: "the API answers with a page"}
	case home != nil && (home.Status > 0 || x.Status > 0):
		return Answer{ID: "not-wordpress", Confidence: Likely, Shown: shown, Vars: vars,
			Why: "nothing at this address looks like WordPress: " + f.platform(home)}
	}
	return Answer{}
}

var platforms = []string{"shopify", "wix", "squarespace", "magento", "prestashop", "bigcommerce", "joomla", "drupal",
	"shopware", "opencart", "typo3"}

func (f *heard) platform(home *evidence.Exchange) string {
	for _, name := range platforms {
		if evidence.HasMark(home, name) {
			return "it looks like " + name
		}
	}
	return evidence.FirstOf(home.Body.Title, "no WordPress files, no announcement of a REST API")
}
