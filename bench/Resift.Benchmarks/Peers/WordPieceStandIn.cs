using System.Text.RegularExpressions;

namespace Resift.Benchmarks;

/// <summary>A throwaway WordPiece for English text. To be replaced by Resift.Local.Tokenization's pair encoder, then deleted.</summary>
internal sealed partial class WordPieceStandIn(string modelFolder, int maxTokens)
{
    private readonly Dictionary<string, int> _ids =
        File.ReadLines(Path.Combine(modelFolder, "vocab.txt")).Select((token, id) => (token, id)).ToDictionary(e => e.token, e => e.id);

    public EncodedPair[] Encode(RerankRequest request)
    {
        int[] first = [_ids["[CLS]"], .. Ids(request.Query), _ids["[SEP]"]];
        return [.. request.Documents.Select(document =>
            ((int[])[.. first, .. Ids(document).Take(maxTokens - first.Length - 1), _ids["[SEP]"]], first.Length))];
    }

    private IEnumerable<int> Ids(string text) => Words().Matches(text.ToLowerInvariant()).SelectMany(match => Pieces(match.Value));

    private List<int> Pieces(string word)
    {
        var pieces = new List<int>();
        for (int start = 0; start < word.Length;)
        {
            string prefix = start == 0 ? "" : "##";
            int end = word.Length;
            while (end > start && !_ids.ContainsKey(prefix + word[start..end]))
            {
                end--;
            }

            if (end == start)
            {
                return [_ids["[UNK]"]];
            }

            pieces.Add(_ids[prefix + word[start..end]]);
            start = end;
        }

        return pieces;
    }

    [GeneratedRegex(@"[\w-[_]]+|[^\w\s]|_")]
    private static partial Regex Words();
}
