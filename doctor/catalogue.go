package doctor

import (
	"fmt"
	"strings"
)

// CataloguePage explains one cause in Markdown: what one sees, how to tell it from what looks alike, what is behind it
// and what to do. It knows the causes that can be seen from outside and those that cannot.
func CataloguePage(id string) (page string, ok bool) {
	if c, found := CheckByID(id); found {
		return checkPage(c), true
	}
	for _, v := range Invisibles() {
		if v.ID == id {
			return fmt.Sprintf("# %s\n\nNo run of the doctor can show this one: %s.\n\n## What to do\n\n%s.\n", v.ID, v.Reason, capitalise(v.Instead)), true
		}
	}
	return "", false
}

// AreaName is an area as a heading for people.
func AreaName(a Area) string {
	return map[Area]string{
		AreaNetwork: "The way to the server", AreaTLS: "The certificate", AreaBlocking: "Something in front of the store", AreaRouting: "The address and the road to the API",
		AreaTransport: "How the key travels", AreaKey: "The key", AreaPermissions: "What the owner of the key may do", AreaServer: "What the server does",
		AreaCaching: "Caches", AreaData: "Traps in the data", AreaWebhooks: "Webhooks", AreaSite: "The site",
	}[a]
}

func checkPage(c Check) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n`%s` · %s · %s\n", c.Title, c.ID, c.Severity, strings.ToLower(AreaName(c.Area)))
	fill := exampleStore().filler(c, &hit{})
	section := func(title, text string) {
		if text != "" {
			fmt.Fprintf(&b, "\n## %s\n\n%s\n", title, fill.Replace(text))
		}
	}
	section("What you see", c.See)
	section("How to tell", c.Tell)
	section("What is behind it", c.Cause)
	b.WriteString("\n## What to do\n")
	for _, fix := range c.Fixes {
		if !fix.isProof() {
			writeFixMarkdown(&b, Fix{fix.Kind, fill.Replace(fix.Text)})
		}
	}
	proof, own := c.proof()
	if !own {
		proof = usualProof(c)
	}
	if text := fill.Replace(proof.Text); proof.Kind == FixLook {
		fmt.Fprintf(&b, "\n## See it before and after\n\n%s\n", text)
	} else {
		fmt.Fprintf(&b, "\n## See it before and after\n\n```sh\n%s\n```\n", text)
	}
	if len(c.Under) > 0 {
		links := make([]string, len(c.Under))
		for i, id := range c.Under {
			links[i] = "[`" + id + "`](" + id + ".md)"
		}
		section("Often a consequence of", strings.Join(links, ", "))
	}
	if len(c.Scopes) > 0 {
		section("Asked for", "`"+strings.ReplaceAll(scopeNames(TargetFacts{Scopes: c.Scopes}), ",", "`, `")+"`")
	}
	fmt.Fprintf(&b, "\nAlone: `waybill doctor STORE --check %s`. All causes: [index](README.md).\n", c.ID)
	return b.String()
}

// exampleStore fills the words in braces of a fix where there is no store to speak of.
func exampleStore() *facts {
	return &facts{ev: &Evidence{}, t: TargetFacts{Base: "https://shop.example", Scopes: DefaultScopes()}}
}
