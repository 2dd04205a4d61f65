package recording

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var htmlTitle = regexp.MustCompile(`(?is)<title>(.*?)</title>`)

// page compares an HTML page: its title and the links a person may follow.
func (k *comparison) page(want *Response, body []byte) {
	title := ""
	if m := htmlTitle.FindSubmatch(body); m != nil {
		title = unescape(strings.TrimSpace(string(m[1])))
	}
	if title != k.context.Expand(*want.HTMLTitle) {
		k.add("html title", *want.HTMLTitle, title)
	}
	if want.HTMLLinks == nil {
		return
	}
	links := Links(body)
	if len(links) != len(want.HTMLLinks) {
		k.add("html links", fmt.Sprint(len(want.HTMLLinks), " ", want.HTMLLinks), fmt.Sprint(len(links), " ", links))
		return
	}
	for i, link := range want.HTMLLinks {
		expected := k.context.Expand(link)
		same := k.sameText(expected, links[i])
		if slices.Contains(k.step.Volatile, "html_links") {
			same = shape(expected) == shape(links[i])
		}
		if !same {
			k.add(fmt.Sprintf("html link %d", i), expected, links[i])
		}
	}
}

var anchor = regexp.MustCompile(`(?is)<a\s[^>]*href=["']([^"']*)["']`)

// Links are the addresses of the anchors of a page.
func Links(page []byte) []string {
	var links []string
	for _, m := range anchor.FindAllSubmatch(page, -1) {
		links = append(links, unescape(string(m[1])))
	}
	return links
}

func unescape(s string) string {
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#039;", "'", "&#8211;", "–",
		"&#038;", "&", "&lsaquo;", "‹", "&rsaquo;", "›", "&#8212;", "—").Replace(s)
}
