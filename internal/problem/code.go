package problem

// Code is the stable name of a kind of problem: lower case with underscores, an interface for programs.
type Code string

// Exit statuses. They are an interface: scripts branch on them.
const (
	ExitOK          = 0   // done, and nothing to complain about
	ExitFailed      = 1   // Waybill could not do its work for a reason of its own
	ExitUsage       = 2   // the command line, the configuration or the input is wrong
	ExitNotFound    = 3   // the store or record named does not exist here
	ExitLocal       = 4   // the data directory or its key cannot be used
	ExitStore       = 5   // the store cannot be reached, refuses, or answers what it must not
	ExitDelivery    = 6   // a receiver of changes does not take one
	ExitDifferent   = 10  // the command worked and found differences or problems
	ExitWarnings    = 11  // the command worked and found warnings only
	ExitInterrupted = 130 // stopped by the person at the keyboard
)

// All codes that an error can carry; docs/errors.md explains each.
const (
	Internal       Code = "internal"
	Usage          Code = "usage"
	ConfigInvalid  Code = "config_invalid"
	InputInvalid   Code = "input_invalid"
	QueryRefused   Code = "query_refused"
	StoreNotFound  Code = "store_not_found"
	StoreAmbiguous Code = "store_ambiguous"
	StoreExists    Code = "store_exists"
	StorePaused    Code = "store_paused"
	RecordNotFound Code = "record_not_found"

	DataInUse             Code = "data_in_use"
	DataUnusable          Code = "data_unusable"
	DataTooNew            Code = "data_too_new"
	DatabaseUnreachable   Code = "database_unreachable"
	ServeNotReady         Code = "serve_not_ready"
	DataMoved             Code = "data_moved"
	MoveRefused           Code = "move_refused"
	MoveDiffers           Code = "move_differs"
	MasterKeyInvalid      Code = "master_key_invalid"
	MasterKeyExposed      Code = "master_key_exposed"
	MasterKeyDiffers      Code = "master_key_differs"
	MasterKeyMissing      Code = "master_key_missing"
	CredentialsUnreadable Code = "credentials_unreadable"
	CredentialsMissing    Code = "credentials_missing"

	StoreUnreachable    Code = "store_unreachable"
	StoreCertificate    Code = "store_certificate"
	StoreInsecure       Code = "store_insecure"
	StorePrivate        Code = "store_private"
	StoreMoved          Code = "store_moved"
	StoreElsewhere      Code = "store_elsewhere"
	NotWooCommerce      Code = "not_woocommerce"
	CredentialsRefused  Code = "credentials_refused"
	PermissionMissing   Code = "permission_missing"
	StoreTooManyRequest Code = "store_rate_limited"
	StoreBlocked        Code = "store_blocked"
	StoreFailed         Code = "store_failed"
	StoreChangedKey     Code = "store_mismatch"
	RecordsVanished     Code = "records_vanished"
	PagesUnheeded       Code = "pages_unheeded"
	WriteRejected       Code = "write_rejected"
	WriteConflict       Code = "write_conflict"
	WriteUnresolved     Code = "write_unresolved"

	TokenMissing          Code = "token_missing"
	TokenInvalid          Code = "token_invalid"
	TokenExpired          Code = "token_expired"
	ScopeMissing          Code = "scope_missing"
	AddressRefused        Code = "address_refused"
	WebhooksOff           Code = "webhooks_off"
	ApprovalImpossible    Code = "approval_impossible"
	ConnectionNotFound    Code = "connection_not_found"
	ConnectionFailed      Code = "connection_failed"
	ConsumerNotFound      Code = "consumer_not_found"
	ConsumerExists        Code = "consumer_exists"
	SubscriptionNotFound  Code = "subscription_not_found"
	SubscriptionExists    Code = "subscription_exists"
	DeliveryNotFound      Code = "delivery_not_found"
	TokenNotFound         Code = "token_not_found"
	GroupNotFound         Code = "group_not_found"
	GroupExists           Code = "group_exists"
	GroupInUse            Code = "group_in_use"
	UserNotFound          Code = "user_not_found"
	UserExists            Code = "user_exists"
	SignInRefused         Code = "sign_in_refused"
	LinkInvalid           Code = "link_invalid"
	RouteNotFound         Code = "route_not_found"
	MethodNotAllowed      Code = "method_not_allowed"
	TooManyRequests       Code = "too_many_requests"
	BodyTooLarge          Code = "body_too_large"
	PreconditionFailed    Code = "precondition_failed"
	IdempotencyKeyMissing Code = "idempotency_key_missing"
	IdempotencyKeyReused  Code = "idempotency_key_reused"

	ProblemNotFound Code = "problem_not_found"
	ProblemShared   Code = "problem_shared"
	ChannelNotFound Code = "channel_not_found"
	ChannelExists   Code = "channel_exists"
	AlertNotSent    Code = "alert_not_sent"

	DeliveryRefused Code = "delivery_refused"

	Interrupted Code = "interrupted"
)

// Entry documents one code.
type Entry struct {
	Code    Code
	Exit    int
	Meaning string
	Next    string
}

// Catalogue lists every code with its exit status, meaning and remedy, in the order of the documentation.
func Catalogue() []Entry {
	return []Entry{
		{Internal, ExitFailed, "Something failed that should not: a fault of Waybill or of the machine (disk full, " +
			"memory).", "Run again with `--log-level debug`; if it stays, report it with the text."},

		{Usage, ExitUsage, "The command line is wrong: unknown command or flag, missing argument.",
			"Read `waybill COMMAND --help`."},
		{ConfigInvalid, ExitUsage,
			"The configuration file or a `WAYBILL_*` variable holds a value that cannot be used.",
			"Correct the named setting; docs/configuration.md lists all."},
		{InputInvalid, ExitUsage,
			"Input given in a file, on standard input or as a value cannot be used; nothing was sent.",
			"Correct the named field."},
		{QueryRefused, ExitUsage, "The SQL of `waybill sql` is wrong, or would change the mirror.",
			"Only reading statements are accepted; docs/schema.md lists the tables."},
		{StoreAmbiguous, ExitUsage, "Several stores are connected and none was named.",
			"Name one of the stores listed."},
		{StoreExists, ExitUsage, "A store with this name or address is connected already.",
			"Choose another `--name`, or replace its key with `waybill stores rekey`."},
		{StorePaused, ExitUsage, "The store is paused, so nothing is sent to it.",
			"Resume it with `waybill stores resume NAME`."},

		{StoreNotFound, ExitNotFound, "No connected store has this name.", "List them with `waybill stores list`."},
		{RecordNotFound, ExitNotFound, "There is no such record: the mirror holds none, or the store has none that a " +
			"write could be about.", "Look for the right number; run `waybill sync NAME --once` and ask again."},

		{DataInUse, ExitLocal, "A Waybill process of another version works on the same data directory, and the two " +
			"cannot share it.", "Stop it, or choose another directory with `--data`."},
		{DataUnusable, ExitLocal, "The data directory or its database cannot be opened, read or written.",
			"Check that the directory belongs to you and that the disk is not full."},
		{DataTooNew, ExitLocal, "The database was written by a newer Waybill.", "Use that version or a newer one."},
		{DatabaseUnreachable, ExitLocal,
			"The PostgreSQL server of `database.url` does not answer, or does not serve now.",
			"Check that it runs and lets this machine in. Running workers go on by themselves when it is back."},
		{ServeNotReady, ExitLocal, "No `waybill serve` answers at `serve.listen`, or it is not ready to work.",
			"Start it, or wait until it is through with its start; its log says what it waits for."},
		{DataMoved, ExitLocal, "Everything has moved to another database with `waybill migrate`, or is being moved.",
			"Use the other database; run `waybill migrate` again where the move has not ended."},
		{MoveRefused, ExitLocal,
			"`waybill migrate` cannot move the data there now: a process works on it, or the other " +
				"database is not empty.", "Stop the processes named, or name an empty database."},
		{MoveDiffers, ExitFailed, "After a move the two databases do not hold the same.",
			"Nothing is lost: the first one is as it was. Report it with the rows named."},
		{MasterKeyInvalid, ExitLocal, "The master key is not 32 bytes in base64 or hex, or its file is damaged.",
			"Set `WAYBILL_MASTER_KEY` to the right key; `openssl rand -base64 32` makes a new one."},
		{MasterKeyExposed, ExitLocal, "The master key file can be read by other users of the machine.",
			"Take the rights away with `chmod 600`, and think about who may have read it."},
		{MasterKeyMissing, ExitLocal,
			"The database holds keys of stores, and the master key that opens them is not here. None is made in its " +
				"place.",
			"Put the `master.key` of the machine that connected them into the data directory, or set " +
				"`WAYBILL_MASTER_KEY`. If it is lost, run `waybill stores rotate-master-key --lost`."},
		{MasterKeyDiffers, ExitLocal,
			"The keys of stores in this database were encrypted with another master key than the one used here: " +
				"machines that share a database must share the key.",
			"Set `WAYBILL_MASTER_KEY` to the key of the machine that connected them, or copy its `master.key`. " +
				"If it is lost, run `waybill stores rotate-master-key --lost` and then `waybill stores rekey`."},
		{CredentialsUnreadable, ExitLocal, "Stored credentials cannot be decrypted with the master key in use.",
			"Give the master key they were stored with, or replace them with `waybill stores rekey`."},
		{CredentialsMissing, ExitLocal, "No consumer key and secret are at hand for this store.",
			"Set `WAYBILL_KEY` and `WAYBILL_SECRET`, or run `waybill stores rekey`."},

		{StoreUnreachable, ExitStore, "The store did not answer: name not found, connection refused, or time-out.",
			"Open the address in a browser; run `waybill doctor`."},
		{StoreCertificate, ExitStore, "The store's TLS certificate cannot be trusted.",
			"Renew or complete it on the server. A private authority is trusted by `SSL_CERT_FILE`."},
		{StoreInsecure, ExitStore, "The secret would travel in clear over plain HTTP.",
			"Use the https:// address of the store."},
		{StorePrivate, ExitStore, "The store's address lies in a private network, which may not be asked here.",
			"Give the public address of the shop; `http.private_addresses` says which stores may have private ones."},
		{StoreMoved, ExitStore, "The store redirects API requests to another address.",
			"If the shop has moved: `waybill stores move NAME URL`. If it was given wrongly: connect with the " +
				"address it redirects to."},
		{StoreElsewhere, ExitStore,
			"The shop at the address given names another address as its own, or leads there. A copy of a shop often " +
				"still names the live one. Nothing was connected.",
			"Connect the address you mean: the other one, or this one with `--home given`."},
		{NotWooCommerce, ExitStore, "The address answers, but not with the WooCommerce REST API.",
			"Check the address, and that WooCommerce is active and permalinks are not plain."},
		{CredentialsRefused, ExitStore, "The store does not accept the consumer key and secret.",
			"Make a new key under WooCommerce > Settings > Advanced > REST API; run `waybill doctor`."},
		{PermissionMissing, ExitStore, "The key is valid, but its user may not do what was asked.",
			"Run `waybill doctor`: it names the missing capability and the fix."},
		{StoreTooManyRequest, ExitStore, "The store asks to slow down and did not recover in time.",
			"Wait; a sync goes on by itself later."},
		{StoreBlocked, ExitStore,
			"Something in front of the store answered in its place: firewall, challenge or maintenance page.",
			"Run `waybill doctor`: it names what answers."},
		{StoreFailed, ExitStore, "The store answered with an error or a broken body.",
			"Run `waybill doctor`; look into the store's error log."},
		{StoreChangedKey, ExitStore, "The new key opens another store than the one connected.",
			"Connect that store under a name of its own."},
		{RecordsVanished, ExitStore,
			"More than a fifth of the orders, products, customers, coupons or refunds (more than 5), or more than " +
				"1,000, are gone from the store within an hour: a restored backup or another shop, perhaps. The " +
				"mirror keeps them and follows everything else. Where they are orders, products or customers, " +
				"nothing is sent to the store.",
			"If they were deleted on purpose, take the loss over with `waybill sync NAME --once --accept-loss`. When " +
				"they are back, the sync goes on by itself."},
		{PagesUnheeded, ExitStore,
			"The store gives its first page of a list whatever page is asked for, so the mirror lacks the records " +
				"behind it. It counts more than it shows.",
			"Switch off what takes `page` and `offset` out of the address: a plugin that pages by its own, or a " +
				"cache that leaves them out when it compares addresses. Then run `waybill sync NAME --once`."},
		{WriteRejected, ExitStore, "The store refused a write; nothing was changed.",
			"See the reason with `waybill outbox show`, correct and retry."},
		{WriteConflict, ExitStore, "The record changed on the store since it was read, so the write was not sent.",
			"Look at both versions with `waybill outbox show`, then retry or discard."},
		{WriteUnresolved, ExitStore, "It is not known yet whether the store executed a write.",
			"Waybill looks it up by itself; see `waybill outbox show`."},

		{DeliveryRefused, ExitDelivery,
			"The receiver of `waybill changes --forward-to` or `--exec` wants no changes any " +
				"more (status 410), or did not take one before `--give-up`.",
			"Mend the receiver and run the command again: with `--as` it goes on with the change that was not taken."},

		{TokenMissing, ExitUsage, "A request to the HTTP API came without a token.",
			"Send one in the header `Authorization: Bearer wbt_…`; `waybill tokens create` makes one."},
		{TokenInvalid, ExitUsage, "The token of a request is not known here.",
			"Check that it was copied whole; `waybill tokens list` shows which there are."},
		{TokenExpired, ExitUsage, "The token has expired, or was revoked.", "Make a new one: `waybill tokens create`."},
		{ScopeMissing, ExitUsage, "The token does not allow what was asked for.",
			"Make a token with the scope that is named."},
		{AddressRefused, ExitUsage, "The address that asks is on no allow-list: of the server, or of the token.",
			"Add its network to `serve.allow`, or make a token for it. Behind a proxy, name that in " +
				"`serve.trusted_proxies`."},
		{WebhooksOff, ExitUsage, "Stores get no webhooks here, because they are not told where they reach Waybill.",
			"Set `serve.public_url` to the address by which shops reach the server. Until then stores are polled."},
		{ApprovalImpossible, ExitUsage,
			"A shop cannot be connected over its own approval page: the page is not to be had, or the shop could not " +
				"hand its key over to here. Nobody was sent there.",
			"Mend what is named, or connect the shop with a key that its owner makes by hand: docs/connecting.md."},
		{ConnectionFailed, ExitStore,
			"A shop was to be connected over its own approval page, and no key came, or none that works.",
			"The message says what to do; docs/connecting.md lists the ways in which it fails."},
		{ConnectionNotFound, ExitNotFound, "No shop is on its way of being connected under this name.",
			"`GET /v1/connections` lists those that are. One that is over is forgotten after a week."},
		{ConsumerNotFound, ExitNotFound, "There is no such consumer of the log of changes.",
			"List them with `waybill changes consumers`. One that was silent for longer than it may be is forgotten."},
		{ConsumerExists, ExitUsage, "There is a consumer of this name already.",
			"Go on with it, or choose another name."},
		{SubscriptionNotFound, ExitNotFound, "There is no such subscription to changes.",
			"List them with `waybill subscriptions list`."},
		{SubscriptionExists, ExitUsage, "There is a subscription of this name already.",
			"Choose another name, or remove the other one: `waybill subscriptions remove`."},
		{ProblemNotFound, ExitNotFound, "There is no such problem.",
			"See which there are: `waybill problems`; resolved ones are forgotten after `problems.keep`."},
		{ProblemShared, ExitUsage, "The problem affects stores of others too, so that a token or user of a group may " +
			"not decide about it.", "Ask who runs Waybill."},
		{ChannelNotFound, ExitNotFound, "There is no such channel of alerts.",
			"See which there are: `waybill alerts list`."},
		{ChannelExists, ExitUsage, "There is a channel of this name already.",
			"Choose another name, or remove that one."},
		{AlertNotSent, ExitDelivery, "A test message was not taken by the server or hook that it was sent to.",
			"The error says what was answered; correct the channel with `waybill alerts remove` and `waybill alerts " +
				"add`."},
		{DeliveryNotFound, ExitNotFound, "There is no such delivery to a subscription.",
			"List them with `waybill deliveries list`. Those that were taken or given up are kept for " +
				"`subscriptions.keep`."},
		{TokenNotFound, ExitNotFound, "There is no such token.", "List them with `waybill tokens list`."},
		{GroupNotFound, ExitNotFound, "There is no such group.", "List them with `waybill groups list`."},
		{GroupExists, ExitUsage, "There is a group of this name already.", "Choose another name."},
		{GroupInUse, ExitUsage, "A group cannot be removed while stores are in it.",
			"Take the stores out of it first: `waybill groups take-store`."},
		{UserNotFound, ExitNotFound, "There is no such user of the dashboard.", "List them with `waybill users list`."},
		{UserExists, ExitUsage, "There is a user of this e-mail address already.",
			"`waybill users reset` makes a new link for the same user."},
		{SignInRefused, ExitUsage, "Somebody was not signed in to the dashboard.",
			"Try again; `waybill users reset` makes a link for a new password."},
		{LinkInvalid, ExitUsage, "A link to the dashboard is not good any more.",
			"`waybill users reset` makes a new one, a start of `waybill serve` one for the first administrator."},
		{RouteNotFound, ExitUsage, "The HTTP API has nothing at this address.",
			"`/openapi.json` lists what there is, `/docs` shows it."},
		{MethodNotAllowed, ExitUsage, "The HTTP API knows the address, but not with this method.",
			"The header `Allow` names the methods."},
		{TooManyRequests, ExitUsage, "A token, or an address without one, asked too often.",
			"Wait as long as the header `Retry-After` says; `serve.rate` sets the limit. Without that header a " +
				"hundred requests of the token wait or stream: end some of them."},
		{BodyTooLarge, ExitUsage, "The body of a request is larger than the HTTP API takes.",
			"Send less at once; `serve.body_limit` sets the limit."},
		{PreconditionFailed, ExitUsage, "The record is not the version that `If-Match` names; nothing was written.",
			"Read it again, and decide with what it is now."},
		{IdempotencyKeyMissing, ExitUsage,
			"A request that would do something twice if it were repeated came without the header `Idempotency-Key`.",
			"Send a key of your own, such as your number of the order: repeated with it, nothing is done twice."},
		{IdempotencyKeyReused, ExitUsage, "An idempotency key came again with another content; the first write stands.",
			"Use a new key for a new write."},

		{Interrupted, ExitInterrupted, "Stopped by Ctrl-C or a signal.",
			"Run the same command again; it goes on where it stopped."},
	}
}

// ExitStatus is the exit status of the code; a code outside the catalogue counts as [ExitFailed], so that an unknown
// failure never looks like success.
func (c Code) ExitStatus() int {
	for _, entry := range Catalogue() {
		if entry.Code == c {
			return entry.Exit
		}
	}
	return ExitFailed
}
