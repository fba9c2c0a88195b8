// SPDX-License-Identifier: Apache-2.0

extension FaultyUpstream {
    /// The certificate for `localhost` that the server shows, made for tests alone; a client must be told to trust it.
    public static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBnDCCAUGgAwIBAgIUPUJ9V5N23eesGXbi0PwYjWdVU+4wCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDAyNTkwMFoYDzIxMjYxMDMx
        MDI1OTAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAASIG1c14yVhGU+b6a7xrUN9mlFfeOQeK/JZFV+MpAiSkA1s4uAQu9GP
        npDJDYpcogJVE68vmB6sXpKRHfUnt6+Lo28wbTAdBgNVHQ4EFgQUYaxOvaffjucS
        mVbtlwLbhtHZR20wHwYDVR0jBBgwFoAUYaxOvaffjucSmVbtlwLbhtHZR20wDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSQAwRgIhAJmIDBcmKLghmyryhilDPb1dBmft7Pc72VQQEIai5QQfAiEA
        /z8GYAVsp1CCtZYV3kVZIQ9KxADQJ91A2+y76qV8bGU=
        -----END CERTIFICATE-----
        """

    /// Its key.
    ///
    /// It protects nothing.
    public static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgI79URRyfQWcv+VO4
        yjw17cILX56fjpY+TD/BAxJu4J2hRANCAASIG1c14yVhGU+b6a7xrUN9mlFfeOQe
        K/JZFV+MpAiSkA1s4uAQu9GPnpDJDYpcogJVE68vmB6sXpKRHfUnt6+L
        -----END PRIVATE KEY-----
        """
}
