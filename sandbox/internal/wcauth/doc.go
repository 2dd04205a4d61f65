// Package wcauth is the endpoint by which an application gets a REST API key from a shop owner who is logged in:
// /wc-auth/v1/authorize with its login and approval pages, the POST of the key to the application, and the little of
// wp-login.php that it takes.
//
// It guarantees statuses, redirects, page titles, texts and links as recorded (section wc-auth). It must not know
// orders or products; users and keys it reaches through identity.Directory, under the store's lock.
//
//	pages := wcauth.New(config)
//	front.Page("/wc-auth/v1", http.HandlerFunc(pages.Authorize))
//	front.Page("/wp-login.php", http.HandlerFunc(pages.Login))
package wcauth
