package config

import (
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/pace"
)

// Config is every setting. The tags hold the default and the documentation.
type Config struct {
	Data string `koanf:"data" doc:"Directory that holds the mirror and the master key file. Made with mode 0700 when missing. Default: $XDG_DATA_HOME/waybill, else ~/.local/share/waybill."`

	Database Database `koanf:"database"`

	Log  Log  `koanf:"log"`
	HTTP HTTP `koanf:"http"`
	Pace Pace `koanf:"pace"`
	Sync Sync `koanf:"sync"`

	Outbox Outbox `koanf:"outbox"`
	Serve  Serve  `koanf:"serve"`

	Subscriptions Subscriptions `koanf:"subscriptions"`

	Problems Problems `koanf:"problems"`
	Alerts   Alerts   `koanf:"alerts"`

	SignIn SignIn `koanf:"sign_in"`
}

// Database is where the data is kept. The zero value is one SQLite file in the data directory.
type Database struct {
	URL Address `koanf:"url" secret:"true" begins:"postgres:// postgresql://" doc:"PostgreSQL database that holds everything in place of the file in the data directory, for several processes on several machines: postgres://USER:PASSWORD@HOST:5432/NAME. Its schema is made and kept up to date by Waybill, whose user must own it. Parameters behind a ? are PostgreSQL's own: sslmode=verify-full, search_path, statement_timeout and the other time-outs (by default 1 minute for a statement, 20 seconds for a lock, 30 seconds for a transaction that idles), pool_max_conns. The password may also stand in PGPASSWORD or ~/.pgpass, and is never shown. Every machine needs the same master key in WAYBILL_MASTER_KEY, or the same key file."`
}

// Log is how Waybill reports what it does. Logs go to standard error and hold no secrets.
type Log struct {
	Level  string `koanf:"level" default:"error" oneof:"debug info warn error" doc:"What is logged: debug (every request), info, warn or error."`
	Format string `koanf:"format" default:"text" oneof:"text json" doc:"Form of a log line: text or json."`
}

// HTTP is how requests to stores are made.
type HTTP struct {
	Timeout   time.Duration `koanf:"timeout" default:"60s" min:"1s" doc:"Longest time one answer may take. Slow shops need tens of seconds for a page of orders."`
	UserAgent string        `koanf:"user_agent" doc:"User-Agent of all requests. Default: Waybill's own, with its version and address. Some hosts block names they do not know."`

	PrivateAddresses string `koanf:"private_addresses" default:"own" oneof:"own allow refuse" doc:"Whether a store may have an address of a private network: loopback, link-local, RFC 1918 and the like. own: your own stores may, stores of groups may not, since whoever has a token of a group gives their addresses. refuse: none may. allow: all may; set it where you would let everybody who has a token into your network, or where groups are yours alone. What is refused is refused at every connection to a store, whatever its name resolves to at that moment, and HTTPS_PROXY is not used for such stores: what a proxy connects to cannot be seen from here. Set it alike in every process."`
}

// RefusesPrivate says whether Waybill makes no requests to a store of a group when the store is in a private network.
// The groupID of a store without a group is 0.
func (h HTTP) RefusesPrivate(groupID int64) bool {
	return h.PrivateAddresses == "refuse" || h.PrivateAddresses != "allow" && groupID != 0
}

// Pace bounds the requests to each store.
type Pace struct {
	Mode      string  `koanf:"mode" default:"polite" oneof:"polite full" doc:"polite: the store's visitors must not feel it. full: find the number of connections that reads fastest."`
	Reads     int     `koanf:"reads" default:"0" min:"0" doc:"Most requests that read at once; 0 leaves it to the mode (polite 8, full 16). A ceiling: the pace finds the right number below it."`
	Writes    int     `koanf:"writes" default:"0" min:"0" doc:"Most requests that write at once; 0 leaves it to the mode (polite 2, full 4)."`
	PerSecond float64 `koanf:"per_second" default:"0" min:"0" doc:"Most requests a second; 0 sets no limit."`
}

// Ceiling returns the configured bounds in the terms of package pace.
func (p Pace) Ceiling() pace.Ceiling {
	return pace.Ceiling{Reads: p.Reads, Writes: p.Writes, PerSecond: p.PerSecond}
}

// Sync is how a mirror follows its store.
type Sync struct {
	StoresAtOnce int    `koanf:"stores_at_once" default:"8" min:"1" doc:"Stores that are read side by side. Each has a pace of its own."`
	Notes        string `koanf:"notes" default:"off" oneof:"off changed all" doc:"Which order notes are mirrored. A note can only be read by a request per order: off reads none, changed those of orders seen to change, all also those of every order on the first sync."`
	Fulfillments string `koanf:"fulfillments" default:"off" oneof:"off changed all" doc:"Which fulfilments of orders are mirrored, where the store has that feature of WooCommerce 10.1 and later switched on. They are read by a request per order that has some: off reads none, changed those of orders seen to change, all also those of every order on the first sync. The key's user needs manage_woocommerce (scope fulfillments:read). In shops that keep orders in posts, an edit that leaves the fulfilment status of its order as it was shows nowhere else: sync --thorough reads it."`
	// CheckoutDrafts is on by default: a copy must be complete unless the operator decides otherwise.
	CheckoutDrafts bool `koanf:"checkout_drafts" default:"true" doc:"Whether orders of the status checkout-draft are mirrored: checkouts that a visitor began and did not finish, which WooCommerce deletes after a day. With false they are left out, and those already mirrored are removed. Drafts of order pages in the administration (auto-draft) are never mirrored: no list shows them, and nothing is in them."`

	// Patience is long enough for the restart of a server, and short enough for a person who waits.
	Patience time.Duration `koanf:"patience" default:"1m" min:"100ms" doc:"How long a sync --once goes on trying a store to which no connection comes about (refused, no route, no name server). Then it says why and ends with exit status 5; the next one goes on where it stopped. A store that is followed is tried for good."`

	PollMin        time.Duration `koanf:"poll_min" default:"5s" min:"1s" doc:"Shortest time between two polls of a store, kept while orders come in."`
	PollMax        time.Duration `koanf:"poll_max" default:"5m" min:"1s" doc:"Longest time between two polls, reached when all is quiet."`
	Round          time.Duration `koanf:"round" default:"1m" min:"1s" doc:"Least time between two looks at what changes less than orders: products, coupons, customers, the trash, totals."`
	SweepOrders    time.Duration `koanf:"sweep_orders" default:"24h" min:"1m" doc:"Longest time between two comparisons of all orders record by record (sweeps), which find what nothing else shows. While a store is seen to change, or hides changes, they come sooner: after fifty times as long as the last one took, twice that after each that found nothing, at least 2 minutes. A sync --once makes them at once when the store was seen to change."`
	SweepCatalog   time.Duration `koanf:"sweep_catalog" default:"1h" min:"1m" doc:"The same for products, coupons and refunds."`
	SweepCustomers time.Duration `koanf:"sweep_customers" default:"6h" min:"1m" doc:"How often all customers are read; WooCommerce cannot be asked for those that changed."`
	Lists          time.Duration `koanf:"lists" default:"1h" min:"1m" doc:"How often categories, tags, attributes, taxes, shipping, gateways, statuses and settings are read. A sync --once reads them when the store was seen to change, or after 10 minutes."`
	Reports        time.Duration `koanf:"reports" default:"6h" min:"1m" doc:"How often the sales reports are taken."`
}

// Schedule returns the configured schedule in the terms of package mirror.
func (s Sync) Schedule() mirror.Schedule {
	return mirror.Schedule{
		PollMin: s.PollMin, PollMax: s.PollMax, Round: s.Round, SweepOrders: s.SweepOrders,
		SweepCatalog: s.SweepCatalog, SweepCustomers: s.SweepCustomers, Lists: s.Lists, Reports: s.Reports,
	}
}

// Outbox is how writes are sent to a store.
type Outbox struct {
	StoreLimit time.Duration `koanf:"store_limit" default:"0s" min:"0s" doc:"How long a store may still be working on a request whose answer was lost. Nothing is sent again before it has passed and the write was looked for in vain. 0 takes what the store allows its PHP (max_execution_time in the system status) and 15 seconds, from 90 seconds to 15 minutes; 5 minutes where the key may not read it. After silence (a request that timed out, or was cut off) 15 minutes."`
	Patience   time.Duration `koanf:"patience" default:"5m" min:"1s" doc:"How long the connection of a write is kept open for its answer; http.timeout where that is longer. A store that waits for a locked table or for another service answers when it is through, and until then nothing else shows what became of the write."`
	BatchSize  int           `koanf:"batch_size" default:"50" min:"1" doc:"Records in one batch request at first, at most 100. Halves when a batch fails."`
}

// Serve is how the process waybill serve works.
type Serve struct {
	Listen string `koanf:"listen" default:"127.0.0.1:9713" doc:"Where waybill serve listens, as address:port: for the dashboard (/), the HTTP API (/v1, /docs), its health (/livez, /readyz) and its metrics (/metrics, for Prometheus). Only this machine can ask, unless another address is given. The API asks for a token; health does not, and metrics only of who asks from another machine where the process serves the API. It speaks plain HTTP: put a reverse proxy with TLS before it, and name that in serve.trusted_proxies. Port 0 takes a free one; off listens nowhere."`

	PublicURL string `koanf:"public_url" doc:"Address by which shops reach this server from outside, such as https://waybill.example.com: with TLS, on port 443, 80 or 8080, which are those that WordPress calls. Waybill then makes webhooks on each store whose key may have them, so that changes come within a second; they are removed with the store. Empty makes none: stores are polled, as they are besides their webhooks too. Set it alike in every process that works on the same database."`

	Allow          Networks `koanf:"allow" doc:"Networks that may ask the HTTP API and the dashboard, such as 10.20.0.0/16 192.0.2.7, with blanks or commas between; empty for all. A token may be confined further. Health and metrics are not concerned."`
	TrustedProxies Networks `koanf:"trusted_proxies" doc:"Networks of the reverse proxies before the HTTP API. Only what these say in X-Forwarded-For is believed: without it every request seems to come from the proxy."`
	Rate           int      `koanf:"rate" default:"1200" min:"0" doc:"Most requests a minute of one token, and of one address without a valid token, in each process; 0 sets no limit. The headers RateLimit and RateLimit-Policy say how many are left."`
	BodyLimit      int      `koanf:"body_limit" default:"4194304" min:"1024" doc:"Largest body of a request to the HTTP API, in bytes."`

	AuditKeep time.Duration `koanf:"audit_keep" default:"8760h" min:"0s" doc:"How long entries of the audit log are kept (waybill audit); 0s keeps them for good."`
}

// Subscriptions is how changes are sent to receivers.
type Subscriptions struct {
	PrivateNetworks Networks `koanf:"private_networks" doc:"Private networks in which receivers may be, such as 10.20.0.0/16 127.0.0.1, with blanks or commas between. Without it no receiver is connected to whose address lies in a private network: loopback, link-local, RFC 1918 and the like, whatever its name resolves to at that moment. Name only what everybody who may make subscriptions may reach. Set it alike in every process that works on the same database."`

	Timeout      time.Duration `koanf:"timeout" default:"15s" min:"100ms" doc:"Longest time that a receiver may take to answer. One that takes longer gets the event again, with the same id."`
	Keep         time.Duration `koanf:"keep" default:"168h" min:"1h" doc:"How long deliveries that were taken or given up are kept, to be looked at and sent again."`
	ReceiptsKeep time.Duration `koanf:"receipts_keep" default:"0s" min:"0s" doc:"How long a receipt is kept that a receiver has given (waybill receipts); 0s keeps them for good. What a receipt is still waited for stays."`
	PauseAfter   time.Duration `koanf:"pause_after" default:"120h" min:"0s" doc:"A subscription of which nothing was taken for so long is paused; waybill subscriptions resume goes on where it stopped. 0s never pauses one."`

	Files string `koanf:"files" doc:"Directory into which subscriptions may write files (file:orders.jsonl). Empty lets none."`
}

// Problems is how problems are looked for.
type Problems struct {
	Look time.Duration `koanf:"look" default:"10s" min:"100ms" doc:"How often is looked for problems (waybill problems), by one of all processes that work on the database."`
	Keep time.Duration `koanf:"keep" default:"2160h" min:"1h" doc:"How long problems are kept that were resolved."`

	KeepFreshness time.Duration `koanf:"keep_freshness" default:"2160h" min:"1h" doc:"How long is kept how fresh the copies of stores were: one row for each time that it changed."`
}

// SignIn is how people sign in to the dashboard.
type SignIn struct {
	URL string `koanf:"url" doc:"Address under which people open the dashboard, such as https://waybill.example.com, for links to it and for the provider that signs people in. Default: serve.public_url, else the address that it listens at."`

	SecondFactor string        `koanf:"second_factor" default:"administrators" oneof:"nobody administrators everybody" doc:"Whose password needs a code of a device (TOTP) or a passkey behind it: nobody, administrators or everybody. Who needs one and has none is asked to set one up before anything else. Who is signed in by a passkey or by the provider needs no other."`
	Idle         time.Duration `koanf:"idle" default:"12h" min:"1m" doc:"A browser that asked nothing for so long is signed out."`
	Longest      time.Duration `koanf:"longest" default:"168h" min:"5m" doc:"A browser is signed out after so long in any case."`

	Issuer   string `koanf:"issuer" doc:"Issuer of a provider of OpenID Connect that signs people in, such as https://id.example.com/realms/acme. Register PUBLIC ADDRESS/sign-in/provider/back there as the address to come back to. Empty: there is none. The secret of the client is in WAYBILL_OPENID_SECRET."`
	ClientID string `koanf:"client_id" doc:"Who Waybill is for that provider."`
	Provider string `koanf:"provider" doc:"How people call that provider, for the button on the page to sign in. Default: single sign-on."`
	NewUsers string `koanf:"new_users" default:"none" oneof:"none viewer operator" doc:"Role of people whom the provider signs in and whom nobody has invited, with an e-mail address that the provider has verified; none lets none of them in."`
}

// Alerts is how people are told of problems.
type Alerts struct {
	Grace time.Duration `koanf:"grace" default:"5m" min:"0s" doc:"How long a problem must stand before anybody is told of it (waybill alerts). One that is over sooner is never told."`

	SMTP Address `koanf:"smtp" secret:"true" begins:"smtp:// smtps://" doc:"Mail server of channels that name none: smtp://USER:PASSWORD@HOST:587, with STARTTLS wherever it is offered, or smtps://…:465. It may be in a private network. Without encryption no password is sent but to this machine itself."`
	From string  `koanf:"from" doc:"Who mails about problems come from, such as Waybill <waybill@example.com>. Empty takes the user of the mail server, or waybill@ its host."`

	Timeout time.Duration `koanf:"timeout" default:"15s" min:"100ms" doc:"Longest time that a channel may take to take a message. One that takes longer gets it again, with the same id."`
}
