-- Made by mailgen.
options.hostnames = true
options.certificates = true

local function first_line(command)
  local status, output = pipe_from(command)
  output = output:gsub('[\r\n].*', '')
  if status ~= 0 or output == '' then error('the command for a secret has failed', 3) end
  return output
end
local function base64(text)
  local letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return (text:gsub('..?.?', function(part)
    local first, second, third = part:byte(1, 3)
    local bits, word = first * 65536 + (second or 0) * 256 + (third or 0), ''
    for place = 18, 0, -6 do
      local digit = math.floor(bits / 2 ^ place) % 64 + 1
      word = word .. letters:sub(digit, digit)
    end
    return word:sub(1, #part + 1) .. ('='):rep(3 - #part)
  end))
end
local function token_of(user, command)
  return base64('user=' .. user .. '\1auth=Bearer' .. ' ' .. first_line(command) .. '\1\1')
end

account = IMAP {
  server = 'imap.gmail.com',
  port = 993,
  ssl = 'auto',
  username = 'user@gmail.com',
  oauth2 = token_of('user@gmail.com', 'oauth2-token user@gmail.com'),
}
