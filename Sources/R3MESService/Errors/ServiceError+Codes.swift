// SPDX-License-Identifier: Apache-2.0

// The catalogue. A number that has been released keeps its meaning for ever; a retired one is not given away again.

extension ServiceError.Code {
    // MARK: 1xxx validation

    /// The body is not what its media type says.
    public static let malformedBody = Self(1001, status: 400, "The request body cannot be read")
    /// One or more fields of the body or the query were refused.
    public static let invalidFields = Self(1002, status: 400, "Some fields are not valid")
    /// The query names a parameter that the call does not have.
    public static let unknownParameter = Self(1003, status: 400, "Unknown query parameter")
    /// A wallet address without the shape of a Bech32 string.
    public static let walletMalformed = Self(1004, status: 400, "The wallet address is not a Bech32 string")
    /// A wallet address of another network.
    public static let walletPrefix = Self(1005, status: 400, "The wallet address has another prefix")
    /// A wallet address in upper and lower case at once.
    public static let walletMixedCase = Self(1006, status: 400, "The wallet address mixes upper and lower case")
    /// A wallet address with a character outside the Bech32 alphabet.
    public static let walletCharacter = Self(1007, status: 400, "The wallet address has a character outside Bech32")
    /// A wallet address whose payload is not 20 bytes.
    public static let walletLength = Self(1008, status: 400, "The wallet address has the wrong length")
    /// A wallet address whose checksum does not match.
    public static let walletChecksum = Self(1009, status: 400, "The wallet address has a wrong checksum")
    /// A wallet address whose padding bits are not zero.
    public static let walletPadding = Self(1010, status: 400, "The wallet address has wrong padding")
    /// An amount that is not an exact decimal with up to six places.
    public static let creditsMalformed = Self(1011, status: 400, "The amount is not a decimal number of credits")
    /// An amount beyond what 64 bits of millionths hold.
    public static let creditsOverflow = Self(1012, status: 400, "The amount is out of range")
    /// A page cursor that was tampered with or belongs to another list.
    public static let cursorInvalid = Self(1013, status: 400, "The cursor is not valid for this list")
    /// A body longer than the limit.
    public static let bodyTooLarge = Self(1014, status: 413, "The request body is too large")
    /// A body of a media type that the call does not read.
    public static let unsupportedMediaType = Self(1015, status: 415, "The media type is not supported")
    /// No resource has this path.
    public static let routeNotFound = Self(1016, status: 404, "There is nothing at this path")
    /// The path is there, but not with this method.
    public static let methodNotAllowed = Self(1017, status: 405, "The path does not have this method")
    /// An `Idempotency-Key` outside its limits.
    public static let idempotencyKeyMalformed = Self(1018, status: 400, "The idempotency key is not valid")
    /// A time that is not written as RFC 3339 wants it.
    public static let timestampMalformed = Self(1019, status: 400, "The time is not an RFC 3339 date and time")
    /// The client accepts no content coding that the service has.
    public static let notAcceptable = Self(1020, status: 406, "No content coding is acceptable")
    /// `If-Match` or `If-None-Match` demands another state of the resource.
    public static let preconditionFailed = Self(1021, status: 412, "The resource is in another state")

    // MARK: 2xxx authentication

    /// The call needs a key and none came.
    public static let credentialsMissing = Self(2001, status: 401, "An API key is needed")
    /// The key is unknown, revoked or malformed: a stranger is not told which.
    public static let credentialsInvalid = Self(2002, status: 401, "The API key is not valid")
    /// The key was valid once.
    public static let credentialsExpired = Self(2003, status: 401, "The API key has expired")
    /// The key is valid and may not do this.
    public static let scopeInsufficient = Self(2004, status: 403, "The API key may not do this")

    // MARK: 3xxx domain

    /// No user has this wallet.
    public static let userNotFound = Self(3001, status: 404, "There is no user with this wallet")
    /// The wallet is registered already.
    public static let userExists = Self(3002, status: 409, "The wallet is registered already")
    /// The balance would fall below zero.
    public static let creditsInsufficient = Self(3003, status: 402, "The balance is too low")
    /// The balance would leave the range of credits.
    public static let balanceOverflow = Self(3004, status: 409, "The balance would be out of range")
    /// An amount of nothing, or of less than nothing where only more will do.
    public static let amountNotAllowed = Self(3005, status: 400, "The amount is not allowed here")
    /// Sender and receiver are the same wallet.
    public static let transferToSelf = Self(3006, status: 400, "A transfer needs two different wallets")
    /// No key of this wallet has this identifier.
    public static let apiKeyNotFound = Self(3007, status: 404, "There is no such API key")
    /// The wallet has as many keys as it may have.
    public static let apiKeyLimit = Self(3008, status: 409, "The wallet has too many API keys")
    /// The idempotency key came before, with another request.
    public static let idempotencyKeyReused = Self(3009, status: 422, "The idempotency key belongs to another request")
    /// The first request with this idempotency key is still under way.
    public static let idempotencyKeyInUse = Self(3010, status: 409, "A request with this idempotency key is under way")
    /// The stored ledger does not add up to the stored balance.
    public static let ledgerBroken = Self(3011, status: 500, "The ledger does not add up")

    // MARK: 4xxx database

    /// The database cannot be opened or reached.
    public static let databaseUnavailable = Self(4001, status: 503, "The database is not available")
    /// The database is locked by someone else for longer than we wait.
    public static let databaseBusy = Self(4002, status: 503, "The database is busy")
    /// A statement failed for a reason that is not the caller's.
    public static let databaseFailure = Self(4003, status: 500, "The database failed")
    /// A stored value cannot be read back.
    public static let databaseCorrupt = Self(4004, status: 500, "Stored data cannot be read")
    /// The schema was made by a newer version of the service.
    public static let schemaTooNew = Self(4005, status: 503, "The database belongs to a newer version")
    /// The schema waits for `r3mes migrate`.
    public static let schemaOutdated = Self(4006, status: 503, "The database needs a migration")

    // MARK: 6xxx network

    /// The listening address is taken.
    public static let addressInUse = Self(6001, status: 500, "The address is in use")
    /// The listening address cannot be bound.
    public static let addressUnavailable = Self(6002, status: 500, "The address cannot be bound")

    // MARK: 7xxx configuration

    /// One or more settings are not valid; all of them are listed.
    public static let configurationInvalid = Self(7001, status: 500, "The configuration is not valid")
    /// The configuration file cannot be read.
    public static let configurationUnreadable = Self(7002, status: 500, "The configuration file cannot be read")
    /// The production profile refuses a setting.
    public static let configurationUnsafe = Self(7003, status: 500, "The configuration is not safe for production")

    // MARK: 9xxx internal

    /// A defect of ours.
    public static let internalError = Self(9001, status: 500, "The service failed")
    /// The service is stopping and takes no more work.
    public static let shuttingDown = Self(9002, status: 503, "The service is shutting down")

    /// Every code, in order of number.
    public static let all: [Self] = [
        .malformedBody, .invalidFields, .unknownParameter, .walletMalformed, .walletPrefix, .walletMixedCase,
        .walletCharacter, .walletLength, .walletChecksum, .walletPadding, .creditsMalformed, .creditsOverflow,
        .cursorInvalid, .bodyTooLarge, .unsupportedMediaType, .routeNotFound, .methodNotAllowed,
        .idempotencyKeyMalformed, .timestampMalformed, .notAcceptable, .preconditionFailed,
        .credentialsMissing, .credentialsInvalid, .credentialsExpired, .scopeInsufficient,
        .userNotFound, .userExists, .creditsInsufficient, .balanceOverflow, .amountNotAllowed, .transferToSelf,
        .apiKeyNotFound, .apiKeyLimit, .idempotencyKeyReused, .idempotencyKeyInUse, .ledgerBroken,
        .databaseUnavailable, .databaseBusy, .databaseFailure, .databaseCorrupt, .schemaTooNew, .schemaOutdated,
        .addressInUse, .addressUnavailable,
        .configurationInvalid, .configurationUnreadable, .configurationUnsafe,
        .internalError, .shuttingDown,
    ]
}
