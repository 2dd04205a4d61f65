package rest

import "testing"

func TestQueriesAreReadAsByPHP(t *testing.T) {
	t.Parallel()
	// Each pair was checked against PHP 8.2's parse_str.
	for query, want := range map[string]string{
		"a=1&a=2":                    `{"a":"2"}`,
		"include[]=1&include[]=2":    `{"include":["1","2"]}`,
		"include[0]=1&include[2]=2":  `{"include":{"0":"1","2":"2"}}`,
		"a[b][c]=1&a[b][d]=2":        `{"a":{"b":{"c":"1","d":"2"}}}`,
		"a[b.c]=1":                   `{"a":{"b.c":"1"}}`,
		"a.b=1&c d=2":                `{"a_b":"1","c_d":"2"}`,
		"a[b=1":                      `{"a_b":"1"}`,
		"a[b]c=1":                    `{"a":{"b":"1"}}`,
		"[a]=1&b=2":                  `{"b":"2"}`,
		"a":                          `{"a":""}`,
		"a=%C3%A9+x&b=%zz":           `{"a":"\u00e9 x","b":"%zz"}`,
		"a=1&&b=2&":                  `{"a":"1","b":"2"}`,
		"a=1&a[]=2":                  `{"a":["2"]}`,
		"status[]=a&status=b":        `{"status":"b"}`,
		"a[ ]=1&a[+]=2":              `{"a":["1","2"]}`,
		"meta[0][key]=k&meta[0][v]=": `{"meta":[{"key":"k","v":""}]}`,
		"a[-1]=x&a[]=y":              `{"a":{"-1":"x","0":"y"}}`,
		"":                           `[]`,
	} {
		if got := string(AppendJSON(nil, ParseQuery(query).listOrSelf())); got != want {
			t.Errorf("%s became %s, want %s", query, got, want)
		}
	}
}

func TestLinksRepeatTheQuery(t *testing.T) {
	t.Parallel()
	query := ParseQuery("per_page=1&status[]=any&search=a b/c~&empty=")
	query.Set("page", int64(2))
	got := addQuery("https://shop.example/wp-json/wc/v3/orders", query)
	want := "https://shop.example/wp-json/wc/v3/orders?per_page=1&status%5B0%5D=any&search=a+b%2Fc%7E&empty&page=2"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestLinksRepeatValuesThatWereNotEncoded(t *testing.T) {
	t.Parallel()
	// Each pair was seen in a Link header of WordPress 6.8.
	for query, want := range map[string]string{
		"x=a%3D%3D&y=b%3D%26c%3D": "x=a%3D&y=b&c&page=2",
		"x=%3D":                   "x&page=2",
		"x=a%3Fb":                 "x=a%3Fb&page=2",
		"x=a%252Bb+c":             "x=a%2Bb+c&page=2",
		"x=%23a&y=1":              "x&page=2#a&y=1",
	} {
		relayed, fragment := relayedQuery(ParseQuery(query))
		relayed.Set("page", int64(2))
		if got := addQuery("", relayed) + fragment; got != "?"+want {
			t.Errorf("%s became %s, want ?%s", query, got, want)
		}
	}
}
