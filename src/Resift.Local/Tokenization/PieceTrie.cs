using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>
/// Finds all tokens with which a UTF-8 text begins. Nodes are numbered level by level, so that the children of one lie side by side, and
/// the child of a byte is where that byte stands among their labels.
/// </summary>
internal sealed class PieceTrie
{
    /// <summary>The node of no bytes.</summary>
    public const int Root = 0;

    private readonly byte[] _labels;
    private readonly int[] _ids;

    /// <summary>Where the children of each node begin; they end where those of the next node begin.</summary>
    private readonly int[] _children;

    /// <param name="tokens">The tokens; empty ones match nothing.</param>
    /// <exception cref="InvalidDataException">A token occurs twice.</exception>
    public PieceTrie(TokenList tokens)
    {
        var sorted = tokens.Sort();
        var labels = new List<byte>(sorted.Length * 4) { 0 };
        var ids = new List<int>(sorted.Length * 4);
        var children = new List<int>(sorted.Length * 4);
        var pending = new Queue<(int First, int End, int Depth)>([(0, sorted.Length, 0)]);
        while (pending.TryDequeue(out var node))
        {
            children.Add(labels.Count);
            int next = node.First;
            ids.Add(next < node.End && sorted[next].Utf8.Length == node.Depth ? sorted[next++].Id : -1);
            if (next < node.End && sorted[next].Utf8.Length == node.Depth)
            {
                throw tokens.Twice(Encoding.UTF8.GetString(sorted[next].Utf8), ids[^1], sorted[next].Id);
            }

            while (next < node.End)
            {
                int first = next;
                byte label = sorted[first].Utf8[node.Depth];
                while (next < node.End && sorted[next].Utf8[node.Depth] == label)
                {
                    next++;
                }

                labels.Add(label);
                pending.Enqueue((first, next, node.Depth + 1));
            }
        }

        children.Add(labels.Count);
        (_labels, _ids, _children) = ([.. labels], [.. ids], [.. children]);
    }

    /// <summary>Gets the id of the token that ends at a node, or less than 0.</summary>
    public int IdAt(int node) => _ids[node];

    /// <summary>Gets the node that a byte leads to, or less than 0.</summary>
    public int Step(int node, byte label)
    {
        int first = _children[node];
        int offset = _labels.AsSpan(first, _children[node + 1] - first).IndexOf(label);
        return offset < 0 ? -1 : first + offset;
    }

    /// <summary>Gets the id of a token, or less than 0.</summary>
    public int Find(ReadOnlySpan<byte> token)
    {
        int node = Root;
        foreach (byte label in token)
        {
            node = Step(node, label);
            if (node < 0)
            {
                return -1;
            }
        }

        return IdAt(node);
    }
}
