-- SPDX-License-Identifier: Apache-2.0
--
-- wrk script: GET of random users. The wallets are read from a file, one a line:
--   wrk -t1 -c64 -d10 --latency -s users.lua URL -- WALLETS
local wallets = {}

function init(args)
    for line in io.lines(args[1]) do
        wallets[#wallets + 1] = "/v1/users/" .. line
    end
    math.randomseed(42)
end

function request()
    return wrk.format("GET", wallets[math.random(#wallets)])
end
