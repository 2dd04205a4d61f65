package catalogue

import (
	"net/http"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

func keyChecks() []Check {
	const addKey = "n wp-admin: WooCommerce > Settings > Advanced > REST API > Add key. User: the integration's " +
		"own user; Permissions: {access}. Copy both strings at once: the secret is shown only now."
	newKey := menu("I" + addKey)
	copyAgain := menu("Copy key and secret again from where they were kept, whole: ck_ and cs_, each with 40 digits " +
		"of 0-9 and a-f, without quotation marks, blanks or a line end. If they are not kept anywhere: i" + addKey)
	key := func(id, title, see, tell, cause string, fixes ...Fix) Check {
		return Check{ID: id, Area: AreaKey, Severity: Problem, Stage: StageKey, Title: title, See: see, Tell: tell,
			Cause: cause, Fixes: fixes, find: fromKeyWithWay(id)}
	}
	return []Check{
		key("key-secret-swapped", "Key and secret are swapped",
			"401 as if no key had come; the user field begins with cs_ and the password with ck_.",
			"The beginnings tell: a key begins with ck_, a secret with cs_. When both begin alike, one was pasted "+
				"twice (key-malformed, secret-wrong).", "They were pasted into each other's field.",
			client("Swap them: the consumer key begins with ck_, the consumer secret with cs_.")),
		key("wp-login-instead-of-key", "A WordPress login stands where the consumer key belongs",
			"401, and the key is a user name or an e-mail address.", "A consumer key begins with ck_.",
			"The API takes consumer keys (or application passwords), not the password for wp-admin.",
			newKey),
		key("app-password-disabled", "Application passwords are switched off in this store",
			"401 to an application password; the REST index does not offer them.",
			"With a consumer key it would not matter.",
			"The store is not known to be on HTTPS, or a security plugin switched them off.",
			newKey),
		key("key-malformed", "The consumer key is damaged",
			"401 as if no key had come; the key is not ck_ and 40 hexadecimal digits.",
			"The shape tells: a key is ck_ and 40 hexadecimal digits.",
			"Characters were lost, or the seven characters were copied that the list of keys shows.",
			copyAgain),
		key("multisite-wrong-blog", "The key belongs to another site of the same network",
			"The key works below one address of the network and not below this one.",
			"Ask each site whether it has the key.", "Each site of a multisite network keeps its own keys.",
			client("Use {home} as the address of the store."),
			Fix{FixCheck, "{keyed}" + statusOnly +
				" '{base}/wp-json/wc/v3/{resource}?per_page=1&_fields=id'   # before: 401 (the address in use)\n" +
				"{keyed}" + statusOnly + " '{home}/wp-json/wc/v3/{resource}?per_page=1&_fields=id'   # after: 200 " +
				"(the site that has the key)"},
			menu("Or make a key on this site: its own wp-admin > WooCommerce > Settings > Advanced > REST API.")),
		key("key-unknown", "The store does not have this key",
			"401 as if no key had come; the store answers to the key exactly as to one that nobody has.",
			"When header or HTTPS get lost, the store still recognises the key by a signature. Where a plugin "+
				"closes the API to visitors, a wrong key gets the plugin's refusal. A right key gets it only where "+
				"the API is closed to everybody (rest-disabled), and then WordPress marks the answer as one to a "+
				"user it knows (Cache-Control: no-store).",
			"It was revoked, belongs to another site or copy of the shop, the database was restored from before it "+
				"was made, or its user was deleted (which deletes his keys).",
			copyAgain,
			wpcli("wp db query \"SELECT key_id, user_id, description, permissions, truncated_key, last_access FROM "+
				"$(wp db prefix)woocommerce_api_keys\"   # is {last7} there?")),
		key("secret-wrong", "The consumer secret is wrong",
			"401 woocommerce_rest_authentication_error, the same as to a secret made up.",
			"The key itself is known. A secret is not trimmed: a blank or line end at its end is part of it.",
			"It was mistyped or cut, or belongs to another key.",
			copyAgain),
		key("key-owner-deleted", "The key is right, and the store finds no user behind it",
			"Key and secret are right (a wrong secret is noticed), and the answer is 401 as if no key had come.",
			"A user without rights gets 403, not 401.",
			"The user was removed without WordPress noticing: by SQL, by a network admin, by an import. Or he is "+
				"still "+
				"there, and a plugin that blocks accounts or addresses takes him away after WooCommerce has "+
				"recognised "+
				"the key (determine_current_user).",
			wpcli("wp user get \"$(wp db query \"SELECT user_id FROM $(wp db prefix)woocommerce_api_keys WHERE "+
				"truncated_key='{last7}'\" --skip-column-names)\"   # does he exist?"),
			wpcli("grep -rnE 'determine_current_user|wp_set_current_user|authenticate' --include=*.php "+
				"wp-content/mu-plugins wp-content/themes wp-content/plugins --exclude-dir=woocommerce   # if he does: "+
				"who takes him away? Let that plugin leave /wp-json/wc/ alone, or the key's user"),
			menu("If he does not exist, in wp-admin: Users > Add New for the integration, then WooCommerce > "+
				"Settings > Advanced > REST API > Add key for that user."),
			wpcli("wp user create integration integration@{name} --role=shop_manager   # if not; or a role of its "+
				"own: "+
				"waybill role --for {rolefor}")),
		{
			ID: "key-write-only", Area: AreaKey, Severity: Problem, Stage: StageKey,
			Title: "The key may only write",
			See: "Every read gets 401 woocommerce_rest_authentication_error, the namespace index included; writes " +
				"work, or not even these.",
			Tell: "With a wrong secret the store gives another reason.",
			Cause: "The key's permission is “Write”. Where writes are refused as well it is empty or misspelt, as " +
				"importers leave it.",
			Fixes: []Fix{menu("In wp-admin: WooCommerce > Settings > Advanced > REST API > the key that ends in " +
				"{last7} > Permissions: Read/Write. Key and secret stay the same.")},
			find: findWriteOnly,
		},
		{
			ID: "key-read-only", Area: AreaKey, Severity: Problem, Stage: StageLetIn,
			Title: "The key may only read",
			See:   "Reads work, every write gets 401 woocommerce_rest_authentication_error, whatever its user may do.",
			Tell:  "A missing capability is 403. The answer is the same for a route that does not exist.",
			Cause: "The key's permission is “Read”.",
			Fixes: []Fix{
				menu("In wp-admin: WooCommerce > Settings > Advanced > REST API > the key that ends in {last7} > " +
					"Permissions: Read/Write. Key and secret stay the same."),
				wpcli("wp db query \"UPDATE $(wp db prefix)woocommerce_api_keys SET permissions='read_write' WHERE " +
					"truncated_key='{last7}'\""),
				prove("{keyed}"+statusOnly+" -X POST '{home}/wp-json/wc/v3/"+evidence.ProbeRoute+"'", "401",
					"404 (no such route; nothing is executed)"),
			},
			find: findReadOnly,
		},
	}
}

// findReadOnly finds a key that may only read: a write to a route that does not exist is refused for the key's
// permission before the route is looked for.
func findReadOnly(f *Case) *hit {
	if !f.Target.Writes() {
		return nil
	}
	x := f.Get(evidence.ScopeWrite)
	if !scopeRefused(x) || f.Key.Is("key-write-only") {
		return nil // a key that may do neither is told as one that may not read
	}
	return &hit{confidence: verdict.Sure, why: "a write is refused before WordPress even looks for the route",
		shown: []string{evidence.Describe(x), "a read: " + evidence.Describe(f.Read())}}
}

// scopeRefused: the key's own permission does not allow the request.
func scopeRefused(x *evidence.Exchange) bool {
	return x != nil && x.Status == http.StatusUnauthorized && x.Body.Code == evidence.AuthError
}

// findWriteOnly finds a key that may not read, and tells one that may do nothing at all from it: its permission is
// empty or a word that WooCommerce does not know, as importers write it.
func findWriteOnly(f *Case) *hit {
	h := fromKeyWithWay("key-write-only")(f)
	if x := f.Get(evidence.ScopeWrite); h != nil && scopeRefused(x) {
		h.title = "The key may neither read nor write"
		h.why = "key and secret are right, and reads and writes are both refused for the key's own permission, " +
			"before " +
			"WordPress looks for the route: it is empty, or no word that WooCommerce knows"
		h.shown = append(h.shown, "a write: "+evidence.Describe(x))
	}
	return h
}

// accessWanted is what the key's permission must be for the wanted scopes. Who asks for reading may write later, with
// the same key.
func (f *Case) accessWanted() string {
	if f.Target.Writes() {
		return "Read/Write"
	}
	return "Read/Write, or Read if it shall never write"
}
