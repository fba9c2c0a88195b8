-- SPDX-License-Identifier: Apache-2.0
--
-- wrk script: transfers of small amounts between random users. Some are refused with 402, since some users have nothing:
--   wrk -t1 -c32 -d30 --latency -s transfers.lua URL -- WALLETS KEY
local wallets = {}
local headers = { ["Content-Type"] = "application/json" }

function init(args)
    for line in io.lines(args[1]) do
        wallets[#wallets + 1] = line
    end
    headers["X-API-Key"] = args[2]
    math.randomseed(42)
end

function request()
    local from = math.random(#wallets)
    -- Never the same wallet twice.
    local to = (from + math.random(#wallets - 1) - 1) % #wallets + 1
    local body = string.format(
        '{"from":"%s","to":"%s","amount":"0.%06d"}',
        wallets[from],
        wallets[to],
        math.random(999999)
    )
    return wrk.format("POST", "/v1/transfers", headers, body)
end
