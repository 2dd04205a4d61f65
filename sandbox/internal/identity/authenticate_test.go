package identity

import (
	"encoding/base64"
	"iter"
	"maps"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
)

type people map[int64]*User

func (p people) Get(id int64) (*User, bool) { u, ok := p[id]; return u, ok }

func (p people) All() iter.Seq[*User] { return maps.Values(p) }

// pairs are query parameters without arrays; nested ones are given with their path.
type pairs []Parameter

func (p pairs) Text(name string) string {
	for _, e := range p {
		if len(e.Path) == 1 && e.Path[0] == name {
			return e.Value
		}
	}
	return ""
}

func (p pairs) Flat() []Parameter { return p }

func query(namesAndValues ...string) pairs {
	var p pairs
	for i := 0; i < len(namesAndValues); i += 2 {
		p = append(p, Parameter{Path: []string{namesAndValues[i]}, Value: namesAndValues[i+1]})
	}
	return p
}

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// The key of the recordings' Shop Manager.
const (
	smKey    = "ck_61632e58ed7fbf5fda486ceb73d3dc97b047c466"
	smSecret = "cs_6a7745aafed1bc1da2e073d84a3f0330e320ed6c"
)

func setup() *Directory {
	users := people{
		5: {ID: 5, Login: "sm", Email: "sm@example.test", Roles: []string{"shop_manager"}},
		6: {ID: 6, Login: "custom", Roles: []string{"manager_like"}},
	}
	d := NewDirectory(capability.StockRoles(capability.Measured), users)
	stock, _ := d.Role("shop_manager")
	d.DefineRole(capability.Role{Name: "manager_like", Caps: stock.Caps})
	for _, u := range users {
		d.Refresh(u)
	}
	d.AddKey(&Key{UserID: 5, ConsumerKey: smKey, ConsumerSecret: smSecret, Permissions: ReadWrite})
	d.AddKey(&Key{UserID: 77, ConsumerKey: "ck_ghost", ConsumerSecret: "cs", Permissions: ReadWrite})
	return d
}

func facts(uri string, ssl bool, authorization string, q pairs) Facts {
	base := "http://127.0.0.1:8084"
	if ssl {
		base = "https://127.0.0.1:8450"
	}
	return Facts{
		RequestURI: uri, Method: "GET", SSL: ssl, Base: base, RESTPrefix: "wp-json", Authorization: authorization,
		Query: q, Form: pairs{}, Now: time.Unix(1795426664, 0),
	}
}

const orders = "/wp-json/wc/v3/orders"

func TestCredentialsAreTriedInTheMeasuredOrder(t *testing.T) {
	t.Parallel()
	const nobody, sm, ghost, refused = "nobody", "sm", "ghost", authenticationError
	for name, c := range map[string]struct {
		uri           string
		ssl           bool
		authorization string
		query         pairs
		want          string
	}{
		"Basic":                  {orders, true, basic(smKey, smSecret), nil, sm},
		"lower-case scheme":      {orders, true, "basic" + basic(smKey, smSecret)[5:], nil, sm},
		"blanks around the key":  {orders, true, basic(" "+smKey+" ", smSecret), nil, sm},
		"blank after the secret": {orders, true, basic(smKey, smSecret+" "), nil, refused},
		"wrong secret":           {orders, true, basic(smKey, "cs_bad"), nil, refused},
		"unknown key":            {orders, true, basic("ck_bad", smSecret), nil, nobody},
		"swapped":                {orders, true, basic(smSecret, smKey), nil, nobody},
		"no secret":              {orders, true, basic(smKey, ""), nil, nobody},
		"over plain HTTP":        {orders, false, basic(smKey, smSecret), nil, nobody},
		"Bearer":                 {orders, true, "Bearer " + smKey, nil, nobody},
		"query":                  {orders, true, "", query("consumer_key", smKey, "consumer_secret", smSecret), sm},
		"query over plain HTTP":  {orders, false, "", query("consumer_key", smKey, "consumer_secret", smSecret), nobody},
		"a complete query pair beats Basic": {orders, true, basic(smKey, smSecret), query(
			"consumer_key", "ck_bad", "consumer_secret", "x",
		), nobody},
		"half a query pair does not": {orders, true, basic(smKey, smSecret), query("consumer_key", "ck_bad"), sm},
		"owner does not exist":       {orders, true, basic("ck_ghost", "cs"), nil, ghost},
		"not WooCommerce's address":  {"/wp-json/wp/v2/posts", true, basic(smKey, smSecret), nil, nobody},
		"upper-case address":         {"/wp-json/WC/v3/orders", true, basic(smKey, smSecret), nil, nobody},
		"plugin namespace":           {"/wp-json/wc-analytics/orders", true, basic(smKey, smSecret), nil, sm},
		"decoy in the query":         {"/?rest_route=/wc/v3/orders&x=wp-json/wc/", true, basic(smKey, smSecret), nil, sm},
		"rest_route":                 {"/?rest_route=/wc/v3/orders", true, basic(smKey, smSecret), nil, nobody},
		"OAuth with one parameter": {orders, false, "", query("oauth_nonce", "x"),
			"woocommerce_rest_authentication_missing_parameter"},
		"Basic beats a broken OAuth": {orders, true, basic(smKey, smSecret), query("oauth_nonce", "x"), sm},
		"a broken OAuth replaces anonymous": {orders, true, basic("ck_bad", "x"), query("oauth_nonce", "x"),
			"woocommerce_rest_authentication_missing_parameter"},
		"wrong secret stays a wrong secret":  {orders, true, basic(smKey, "x"), nil, refused},
		"zero counts as no secret, as empty": {orders, true, basic(smKey, "0"), nil, nobody},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.query == nil {
				c.query = pairs{}
			}
			decision := setup().Authenticate(facts(c.uri, c.ssl, c.authorization, c.query))
			got := nobody
			switch {
			case decision.Refusal != nil:
				got = decision.Refusal.Code
			case decision.User != nil:
				got = decision.User.Login
			case decision.Key != nil:
				got = ghost
			}
			if got != c.want {
				t.Errorf("got %s (%s), want %s", got, decision.How, c.want)
			}
		})
	}
}

// signed is the request of recording oauth-sha256.
func signed() Facts {
	return facts(orders+"?_fields=id%2Cstatus", false, "", query(
		"_fields", "id,status", "oauth_consumer_key", smKey, "oauth_timestamp", "1795426663",
		"oauth_nonce", "dc9821af6f588ab1727210979f0c19cc", "oauth_signature_method", "HMAC-SHA256",
		"oauth_signature", "4lO/lh2sLyCuC5PHO+XaH4P067JDlzBlgGd0N0O2B/o="))
}

func TestRecordedOAuthSignatureIsAccepted(t *testing.T) {
	t.Parallel()
	d := setup()
	if decision := d.Authenticate(signed()); decision.User == nil {
		t.Fatalf("refused: %+v", decision.Refusal)
	}
	if decision := d.Authenticate(signed()); decision.Refusal == nil ||
		decision.Refusal.Message != "Invalid nonce - nonce has already been used." {
		t.Errorf("the same nonce again: %+v", decision)
	}
	other := signed()
	other.Base = "https://127.0.0.1:8450"
	if decision := d.Authenticate(other); decision.Refusal == nil {
		t.Error("a signature over another address was accepted")
	}
	late := signed()
	late.Now = late.Now.Add(15*time.Minute + time.Second)
	if decision := setup().Authenticate(late); decision.Refusal == nil ||
		decision.Refusal.Message != "Invalid timestamp." {
		t.Errorf("16 minutes late: %+v", decision)
	}
}

func TestApplicationPasswordsChangeWhatUnknownCredentialsGet(t *testing.T) {
	t.Parallel()
	d := setup()
	posts := facts("/wp-json/wp/v2/posts", true, basic("nobody", "x"), pairs{})
	if decision := d.Authenticate(posts); decision.Refusal != nil {
		t.Errorf("no application password exists: %+v", decision.Refusal)
	}
	d.AddApplicationPassword(&ApplicationPassword{UserID: 5, Password: "abcdEFGH"})
	if decision := d.Authenticate(posts); decision.Refusal == nil || decision.Refusal.Code != "invalid_username" {
		t.Errorf("unknown login: %+v", decision)
	}
	wrong := facts("/wp-json/wp/v2/posts", true, basic("sm", "x"), pairs{})
	if decision := d.Authenticate(wrong); decision.Refusal == nil || decision.Refusal.Code != "incorrect_password" {
		t.Errorf("wrong password: %+v", decision)
	}
	if decision := d.Authenticate(facts(orders, true, basic("sm", "x"), pairs{})); decision.Refusal != nil ||
		decision.User != nil {
		t.Errorf("on WooCommerce's addresses the failure is not noticed: %+v", decision)
	}
	if decision := d.Authenticate(facts(orders, true, basic("sm", "abcd EFGH"), pairs{})); decision.User == nil ||
		decision.Key != nil {
		t.Errorf("right password, with the blanks WordPress shows: %+v", decision)
	}
}

func TestShopManagersEditUsersByTheNameOfTheirRole(t *testing.T) {
	t.Parallel()
	d := setup()
	manager, _ := d.User(5)
	alike, _ := d.User(6)
	if !manager.Can("edit_users") || alike.Can("edit_users") {
		t.Errorf("manager %v, same capabilities under another name %v", manager.Can("edit_users"), alike.Can("edit_users"))
	}
	d.SetRoles(manager, "customer")
	if manager.Can("edit_users") || manager.Can("manage_woocommerce") || !manager.Can("read") {
		t.Error("a demoted manager keeps capabilities")
	}
}
