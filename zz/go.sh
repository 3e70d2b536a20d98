cd /tmp/w/packages/zz
for f in ../lab/packages/programs/*.ts; do n=$(basename $f .ts); grep -q "service:" $f && continue
for c in true false; do
echo "import { run as go } from '../lab/packages/programs/$n.ts'; import { mkdtempSync } from 'node:fs'; import { tmpdir } from 'node:os'; const scratch = mkdtempSync(tmpdir() + '/pk-'); export const run = () => go({ close: $c, port: 0, scratch });" > $n-$c.mjs
out=$(timeout 60 node /work/main/lab/cli.ts check $n-$c.mjs --json 2>/tmp/x/pk.err)
echo "$out" | node -e "
let s='';process.stdin.on('data',d=>s+=d).on('end',()=>{try{const r=JSON.parse(s);console.log('$n','close=$c',r.ending.how,(r.ending.error??'').split('\n')[0].slice(0,150),r.leaks.map(l=>l.kind+'/'+l.type+' x'+l.count+' '+(l.site?l.site.file.split('/').pop()+':'+l.site.line:'?')).join('; ')||'-', 'marker', require('fs').readFileSync('../lab/packages/programs/$n.ts','utf8').split('\n').flatMap((l,i)=>l.includes('// LEAK')?[l.split('// ')[1]+'@'+(i+1)]:[]).join())}catch(e){console.log('$n','$c','no json',s.slice(0,200))}})"
done; done
