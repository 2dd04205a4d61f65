// Package oauth1 signs requests as WooCommerce checks them: OAuth 1.0a without tokens, in the query. WooCommerce
// rebuilds the signed text from what PHP made of the query, so the query is read here the way PHP reads it, and not as
// RFC 5849 says; recordings of a real store hold both against each other.
//
// It guarantees that the secret is in nothing that it returns. It must not know clients nor requests.
//
//	stamp := oauth1.Stamp{Nonce: oauth1.NewNonce(), At: time.Now()}
//	query := oauth1.Sign(key, secret, stamp, "GET", address, "per_page=1")
package oauth1
