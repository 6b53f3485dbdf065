
namespace Resift.Retrieval.Tests.Text;

public sealed class EnglishStemmerTests
{
    // Stems and words that have them, by Snowball 3.1.1 itself: all exceptions, words for each rule, and some of science and of code.
    private const string Stems = """
        sky: skies sky; ski: ski skis; idl: idly; gentl: gently; ugli: ugly; earli: early; onli: only; singl: singly
        news: news; howe: howe; atlas: atlas; cosmos: cosmos; bias: bias; andes: andes; die: dying dyings dies; lie: lying
        tie: tying ties tied; vie: vying; hie: hying; inning: inning innings; outing: outing; canning: canning
        herring: herring herrings; earring: earring; evening: evening evenings; proceed: proceed proceeds proceeding
        exceed: exceed exceeded; succeed: succeed succeeding; general: general generally
        generat: generate generates generated generating; generic: generic generically; generous: generous generously
        commune: commune communes; communic: communication; communiti: community; communism: communism; communist: communist
        communal: communal; arsenal: arsenal arsenals; arsenic: arsenic; past: past; paste: paste pastes pasted pasting
        pastri: pastry; univers: universe universes; universal: universal universally; universiti: university universities
        later: later; lateral: lateral laterally; emerg: emerge emerging; emergenc: emergency emergencies; organ: organ organs
        organic: organic organically; organiz: organize organized organization; internal: internal internally
        internat: international; interval: interval intervals; interfer: interfere interfered interfering
        add: add added adding adds; egg: egg egged; off: off offed; ebb: ebb ebbing
        consign: consign consigned consigning consignment; consist: consist consisted consistency consistent consistently
        consisteth: consisteth; consistori: consistory; consol: consolation console consolingly; consolatori: consolatory
        consolid: consolidate consolidation; conson: consonant consonancy; conspectu: conspectuities
        conspicu: conspicuous conspicuously; conspiraci: conspiracy; conspir: conspirator; knack: knack; knackeri: knackeries
        knave: knave knaves; knaveri: knavery; knavish: knavish; knead: knead kneaded kneading; kneel: kneel kneels
        knee: knees; knelt: knelt; knife: knife; knight: knight knighted knightly; knighthood: knighthood
        knightsbridg: knightsbridge; knit: knits knitted knitting; cri: cries cried cry; fli: flies; gas: gas; gap: gaps
        kiwi: kiwis; bus: bus; buse: buses; virus: virus; class: class classes; caress: caresses; poni: ponies
        agre: agreed agreedly; feed: feed; freed: freed; bleed: bleed; seed: seed; need: need; hop: hop hopped hopping
        hope: hope hoped hoping hopefulness hopefully hopeful; luxuri: luxuriate luxuriated; troubl: troubled troubling
        size: sized sizing; disabl: disabled disability; tan: tanned; fall: falling; hiss: hissing; fizz: fizzed
        fail: failing; file: filing filed file files; fit: fitted; happi: happy; say: say sayings; enjoy: enjoy; toy: toy
        play: play playing played; young: young; yellow: yellow yellower; year: yearly; boyish: boyish; relat: relational
        condit: conditional; ration: rational; valenc: valency; hesit: hesitancy; conform: conformably; radic: radically
        differ: differently; vile: vilely; analog: analogously; digit: digitizer; vietnam: vietnamization; predic: predication
        oper: operator; feudal: feudalism; decis: decisiveness; callous: callousness; formal: formality formalize
        sensit: sensitivity; sensibl: sensibility; biolog: biology; geolog: geology geologist geologists
        archaeolog: archaeology; apolog: apology apologist; fearless: fearlessly; careless: carelessly; cheer: cheerfully
        sad: sadly; quick: quickly; happili: happily; friend: friendly; triplic: triplicate; format: formative
        electr: electricity electrical; good: goodness; nation: national nationalism nationalization; reviv: revival
        allow: allowance; infer: inference; airlin: airliner; gyroscop: gyroscopic; adjust: adjustable adjustment
        defens: defensible; irrit: irritant; replac: replacement; depend: dependent; adopt: adoption; cohes: cohesion
        homolog: homologous; activ: activate; angular: angularity; effect: effective; bowdler: bowdlerize; probat: probate
        rate: rate; ceas: cease; control: controll control controlled controlling; roll: roll rolled; abl: able
        abil: ability abilities; stabl: stable; tabl: tables; cell: cells; protein: proteins; express: expression
        regul: regulated regulation; regulatori: regulatory; mutat: mutation mutations; treatment: treatment treatments
        infect: infection; infecti: infectious; function: function functions functional functionality
        return: returns returned returning; string: string strings; pars: parse parsed parsing; parser: parser; read: reading
        writer: writer; write: writing; resili: resilience resilient; pipelin: pipeline pipelines; his: his; yes: yes; us: us
        ing: ing; ed: ed; s: s; be: being; bed: bed beds; abe: abed; bead: bead; shed: shed; shred: shred; emb: embed
        trap: trap; entrap: entrap; bestow: bestow; disturb: disturb; uproot: uproot; eye: eyes eyed; dye: dye dyeing
        dy: dyed; bye: bye; buy: buying; key: key keys keyed; fluentli: fluently; luckili: luckily; argu: argue argued
        argument: argument arguments; argus: argus; flatter: flatterer; observ: observer; publish: publisher; clever: cleverer
        charter: charter; master: master; number: number; mother: mother; request: request; interest: interest
        manifest: manifest; attest: attest
        """;

    public static TheoryData<string, string> Words()
    {
        var words = new TheoryData<string, string>();
        foreach (string family in Stems.Split([';', '\n'], StringSplitOptions.TrimEntries))
        {
            string[] parts = family.Split(": ");
            foreach (string word in parts[1].Split(' '))
            {
                words.Add(word, parts[0]);
            }
        }

        return words;
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void Stem_Word_ThatOfSnowball(string word, string stem) => Assert.Equal([stem], TextAnalyzers.English(word));

    [Theory]
    [InlineData("бегущий")]
    [InlineData("straße")]
    [InlineData("s")]
    [InlineData("ing")]
    [InlineData("eed")]
    public void Stem_NothingToCut_AsItIs(string word) => Assert.Equal([word], TextAnalyzers.English(word));
}
