-- Shared by the tests in this directory: a server, a bundle on disk, and waiting with a timeout.
local M = {}

M.here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, 'S').source:sub(2)))
M.server = vim.fs.abspath(assert(arg[1], 'which server?'))

function M.fail(message)
  io.stderr:write('FAIL: ' .. message .. '\n' .. vim.inspect(vim.diagnostic.get()) .. '\n')
  vim.cmd 'cquit 1'
end

function M.wait_for(what, condition)
  if not vim.wait(20000, condition, 5) then M.fail('waited in vain for ' .. what) end
  print('ok   ' .. what)
end

-- A directory with a step and a bundle of these lines; gives the bundle's path.
function M.bundle(lines)
  local directory = vim.fn.tempname()
  vim.fn.mkdir(directory .. '/src', 'p')
  vim.fn.writefile({}, directory .. '/src/main.tf')
  vim.fn.writefile(lines, directory .. '/massdriver.yaml')
  return directory .. '/massdriver.yaml'
end

-- What the README tells users to add to their `init.lua`: its blocks, by number.
function M.block(number)
  local readme = table.concat(vim.fn.readfile(M.here .. '/README.md'), '\n')
  local blocks = {}
  for block in readme:gmatch('```lua\n(.-)\n *```') do table.insert(blocks, block) end
  return assert(blocks[number], 'no such block')
end

-- Where programs are looked for, with the server to be tested first.
M.search_path = vim.fs.dirname(M.server) .. ':' .. vim.env.PATH

-- Does what the README tells users to do, opens a file, and waits for the server.
function M.edit(path)
  vim.opt.rtp:prepend(M.here)
  vim.opt.swapfile = false
  vim.cmd 'filetype plugin on'
  vim.env.PATH = M.search_path
  assert(load(M.block(1)))()
  vim.cmd.edit(vim.fn.fnameescape(path))
  local buffer = vim.api.nvim_get_current_buf()
  M.wait_for('the server attaches', function()
    local client = vim.lsp.get_clients({ bufnr = buffer })[1]
    return client and client.initialized
  end)
  return buffer
end

return M
