package catalogue

// Severity says how much a finding matters to the integration that was asked about.
type Severity string

// The severities.
const (
	Problem Severity = "problem" // it does not work, or will lose data
	Warning Severity = "warning" // it works, and somebody should act
	Note    Severity = "note"    // good to know; nobody has to act
)

// Area groups checks as a person would look for them.
type Area string

// The areas, in the order in which a store decides about a request.
const (
	AreaNetwork     Area = "network"
	AreaTLS         Area = "tls"
	AreaBlocking    Area = "blocking"
	AreaRouting     Area = "routing"
	AreaTransport   Area = "transport"
	AreaKey         Area = "key"
	AreaPermissions Area = "permissions"
	AreaServer      Area = "server"
	AreaCaching     Area = "caching"
	AreaData        Area = "data"
	AreaWebhooks    Area = "webhooks"
	AreaSite        Area = "site"
)
