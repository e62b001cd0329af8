// An account is a hash: spent and reserved of each measure (s1, r1 ...), `w` once its warning was given, and `#<id>` for each step that has
// something put aside: `o` (open), what was put aside, what is booked if the process is gone; or `l` (lost) once that was booked. Beside
// it stands a sorted set of these ids by the time at which they are taken for lost. Numbers are written out, since Lua would round them.

const COMMON = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function add(account, field, amount)
  if amount ~= 0 then redis.call("HINCRBY", account, field, string.format("%.0f", amount)) end
end
local function read(account, field) return tonumber(redis.call("HGET", account, field) or "0") end
local function reservation(account, id)
  local text = redis.call("HGET", account, "#" .. id)
  if not text then return nil end
  local amounts = {}
  for part in string.gmatch(string.sub(text, 3), "%S+") do amounts[#amounts + 1] = tonumber(part) end
  local held = {state = string.sub(text, 1, 1), aside = {}, lost = {}}
  local count = #amounts / 2
  for m = 1, count do
    held.aside[m] = amounts[m]
    held.lost[m] = amounts[count + m]
  end
  return held
end
local function write(account, id, held)
  local parts = {held.state}
  for m = 1, #held.aside do parts[#parts + 1] = string.format("%.0f", held.aside[m]) end
  for m = 1, #held.lost do parts[#parts + 1] = string.format("%.0f", held.lost[m]) end
  redis.call("HSET", account, "#" .. id, table.concat(parts, " "))
end
local function loseExpired(account, leases)
  for _, id in ipairs(redis.call("ZRANGEBYSCORE", leases, "-inf", now, "LIMIT", 0, 1000)) do
    local held = reservation(account, id)
    redis.call("ZREM", leases, id)
    if held and held.state == "o" then
      for m = 1, #held.aside do
        add(account, "r" .. m, -held.aside[m])
        add(account, "s" .. m, held.lost[m])
      end
      held.state = "l"
      write(account, id, held)
      redis.call("ZADD", leases, now + 86400000, id)
    else
      redis.call("HDEL", account, "#" .. id)
    end
  end
end
local function keep(account, leases, seconds)
  if seconds == "0" then return end
  redis.call("EXPIRE", account, seconds)
  redis.call("EXPIRE", leases, seconds)
end
local at = 1
local function take() at = at + 1; return ARGV[at - 1] end
local function takeNumbers(count)
  local numbers = {}
  for m = 1, count do numbers[m] = tonumber(take()) end
  return numbers
end
`;

/** KEYS: account and leases of each. ARGV: id, lease in ms, and of each account: measures, seconds to keep, most, wanted, if lost. */
export const RESERVE: string = `${COMMON}
local id, lease = take(), tonumber(take())
local over, measure = 0, 0
local accounts = {}
for entry = 1, #KEYS / 2 do
  local one = {key = KEYS[2 * entry - 1], leases = KEYS[2 * entry], spent = {}, reserved = {}, own = {}}
  one.count, one.seconds = tonumber(take()), take()
  local most, wanted = takeNumbers(one.count), takeNumbers(one.count)
  one.lost = takeNumbers(one.count)
  loseExpired(one.key, one.leases)
  one.held = reservation(one.key, id)
  for m = 1, one.count do
    one.spent[m], one.reserved[m] = read(one.key, "s" .. m), read(one.key, "r" .. m)
    local left = math.max(0, most[m] - one.spent[m] - one.reserved[m])
    local amount = wanted[m]
    if one.held then
      amount = one.held.aside[m]
    elseif over == 0 and ((amount >= 0 and one.spent[m] + one.reserved[m] + amount > most[m]) or (amount < 0 and left == 0)) then
      over, measure = entry, m
    elseif amount < 0 then
      amount = amount == -1 and left or 0
    end
    one.own[m] = amount
  end
  accounts[entry] = one
end
local answer = {over, measure}
for _, one in ipairs(accounts) do
  if over == 0 and not one.held then
    for m = 1, one.count do
      add(one.key, "r" .. m, one.own[m])
      one.reserved[m] = one.reserved[m] + one.own[m]
    end
    write(one.key, id, {state = "o", aside = one.own, lost = one.lost})
    redis.call("ZADD", one.leases, now + lease, id)
  end
  keep(one.key, one.leases, one.seconds)
  for m = 1, one.count do
    answer[#answer + 1] = string.format("%.0f", one.spent[m])
    answer[#answer + 1] = string.format("%.0f", one.reserved[m])
    answer[#answer + 1] = string.format("%.0f", over == 0 and one.own[m] or 0)
  end
end
return answer
`;

/** KEYS: account and leases of each. ARGV: id, and of each account: measures, seconds to keep, from where on it warns, used. */
export const SETTLE: string = `${COMMON}
local id = take()
local answer = {}
for entry = 1, #KEYS / 2 do
  local account, leases = KEYS[2 * entry - 1], KEYS[2 * entry]
  local count, seconds = tonumber(take()), take()
  local warnFrom, used = takeNumbers(count), takeNumbers(count)
  loseExpired(account, leases)
  local held = reservation(account, id)
  if held then
    for m = 1, count do
      if held.state == "o" then
        add(account, "r" .. m, -held.aside[m])
        add(account, "s" .. m, used[m])
      else
        add(account, "s" .. m, used[m] - held.lost[m])
      end
    end
    redis.call("HDEL", account, "#" .. id)
    redis.call("ZREM", leases, id)
  end
  local near = false
  for m = 1, count do
    local spent = read(account, "s" .. m)
    near = near or (spent > 0 and spent >= warnFrom[m])
  end
  answer[#answer + 1] = near and redis.call("HSETNX", account, "w", "1") or 0
  for m = 1, count do
    answer[#answer + 1] = string.format("%.0f", read(account, "s" .. m))
    answer[#answer + 1] = string.format("%.0f", read(account, "r" .. m))
  end
  keep(account, leases, seconds)
end
return answer
`;

/** KEYS: account and leases of each. ARGV: id, lease in ms. A step that was taken for lost stays so. */
export const RENEW: string = `${COMMON}
local id, lease = take(), tonumber(take())
for entry = 1, #KEYS / 2 do
  local held = reservation(KEYS[2 * entry - 1], id)
  if held and held.state == "o" then redis.call("ZADD", KEYS[2 * entry], "XX", now + lease, id) end
end
return 0
`;
