-- Made by mailgen.
options.hostnames = true
options.certificates = true

local function first_line(command)
  local status, output = pipe_from(command)
  output = output:gsub('[\r\n].*', '')
  if status ~= 0 or output == '' then error('the command for a secret has failed', 3) end
  return output
end
local function password_of(command)
  return (first_line(command):gsub('\\', '\\\\'))
end

account = IMAP {
  server = 'imap.qq.com',
  port = 993,
  ssl = 'auto',
  username = 'user@qq.com',
  password = password_of('pass show mail/user@qq.com'),
}
