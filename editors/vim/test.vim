" Findings, hover and completion as ALE has them; $BUNDLE is the directory of the bundle.
function! s:Say(text) abort
  call writefile([a:text], $BUNDLE . '.log', 'a')
endfunction

function! s:WaitFor(what, Condition) abort
  for _ in range(400)
    if a:Condition()
      return s:Say('ok   ' . a:what)
    endif
    sleep 50m
  endfor
  call s:Say('FAIL: waited in vain for ' . a:what . ': ' . string(ale#engine#GetLoclist(bufnr(''))))
  call s:Say(execute('messages'))
  cquit 1
endfunction

function! s:Sees(text) abort
  return !empty(filter(copy(ale#engine#GetLoclist(bufnr(''))), {_, one -> one.text =~# a:text}))
endfunction

function! s:Shows(text) abort
  return join(getbufline(bufnr('ALEPreviewWindow'), 1, '$'), "\n") =~# a:text
endfunction

function! s:Offers(word) abort
  return !empty(filter(complete_info(['items']).items, {_, one -> one.word ==# a:word}))
endfunction

" The menu lives in insert mode, between the keys that are typed: looked at by a timer.
function! s:LookAtMenu(timer) abort
  let s:looks += 1
  if s:Offers('opentofu')
    call timer_stop(a:timer)
    call s:Say('ok   completion')
    call feedkeys("\<C-e>\<Esc>:call g:Continue()\<CR>", 't')
  elseif s:looks > 400
    call s:WaitFor('completion', {-> 0})
  endif
endfunction

function! s:Run() abort
  execute 'edit' $BUNDLE . '/massdriver.yaml'
  if &filetype !=# 'yaml.massdriver'
    call s:Say('FAIL: the type is ' . &filetype)
    cquit 1
  endif
  call s:WaitFor('a finding', {-> s:Sees('`int` is not a type')})

  call cursor(6, 8)
  ALEHover
  call s:WaitFor('a hover', {-> s:Shows('The tool that runs the code')})

  pclose
  call feedkeys("6GA\<BS>\<BS>\<BS>\<BS>\<BS>\<BS>\<BS>\<C-x>\<C-o>", 't')
  let s:looks = 0
  call timer_start(50, function('s:LookAtMenu'), {'repeat': -1})
endfunction

function! g:Continue() abort
  call setline(6, '    provisioner: opentofu')
  call setline(10, '      type: integer')
  call ale#Queue(0)
  call s:WaitFor('the finding goes once it is fixed', {-> !s:Sees('not a type')})

  execute 'edit!' $BUNDLE . '/src/artifact_bucket.jq'
  call s:WaitFor('a finding in a program', {-> s:Sees('no param')})

  execute 'edit' $BUNDLE . '/other.yaml'
  sleep 1
  if &filetype !=# 'yaml' || !empty(ale#engine#GetLoclist(bufnr('')))
    call s:Say('FAIL: other YAML is served')
    cquit 1
  endif
  call s:Say('ok   other YAML is left alone')
  quitall!
endfunction

set hidden noswapfile
let g:ale_hover_to_preview = 1
let g:ale_lint_delay = 20
autocmd VimEnter * call timer_start(10, {-> s:Run()})
